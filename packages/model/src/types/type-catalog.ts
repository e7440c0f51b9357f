import { CORE_NAMESPACES, CORE_TYPES } from "./core-types.ts";
import type { TypeName } from "./type-name.ts";

/** What a namespace defines, and whose types it may extend. */
export interface NamespaceSpecification {
  readonly name: string;
  /** Type -> the type it extends, or null. */
  readonly types: ReadonlyMap<string, string | null>;
  readonly includes: readonly string[];
}

const MAX_ANCESTORS = 100;

/** The types that are known of one file: those built in, and the extensions whose cached specification was read. */
export class TypeCatalog {
  readonly #namespaces = new Map<string, NamespaceSpecification>();

  add(specification: NamespaceSpecification): void {
    this.#namespaces.set(specification.name, specification);
  }

  /** Whether a namespace's types can be told without reading more. */
  hasNamespace(namespace: string): boolean {
    return CORE_NAMESPACES.has(namespace) || this.#namespaces.has(namespace);
  }

  isKnown(type: TypeName): boolean {
    return this.#owner(type) !== null;
  }

  /**
   * Whether `type` is `ancestor` or extends it. I/O: none.
   *
   * @example catalog.isA({ namespace: "core", name: "PlaneSegmentation" }, "DynamicTable") // true
   */
  isA(type: TypeName | null, ancestor: string): boolean {
    let at = type;
    for (let steps = 0; at !== null && steps < MAX_ANCESTORS; steps++) {
      if (at.name === ancestor) return true;
      at = this.#parent(at);
    }
    return false;
  }

  /** The namespace that defines a type, as seen from the namespace that speaks of it; "" where it is built in. */
  #owner({ namespace, name }: TypeName): string | null {
    const asked = [namespace ?? ""];
    for (let at = 0; at < asked.length && at < MAX_ANCESTORS; at++) {
      const specification = this.#namespaces.get(asked[at]!);
      if (specification?.types.has(name)) return specification.name;
      for (const included of specification?.includes ?? []) if (!asked.includes(included)) asked.push(included);
    }
    return CORE_TYPES.has(name) ? "" : null;
  }

  #parent(type: TypeName): TypeName | null {
    const owner = this.#owner(type);
    if (owner === null) return null;
    const parent = owner === "" ? CORE_TYPES.get(type.name) : this.#namespaces.get(owner)!.types.get(type.name);
    if (parent === null || parent === undefined) return null;
    // A type that extends one of its own name means the one that it was taken from.
    const namespace = owner === "" || parent === type.name ? null : owner;
    return { name: parent, namespace };
  }
}
