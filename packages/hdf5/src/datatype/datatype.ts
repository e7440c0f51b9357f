/** A type as a datatype message (0x03) describes it. `size` is the width of one element as stored. Units: bytes. */
export type Datatype =
  | FixedPointDatatype
  | FloatingPointDatatype
  | { readonly class: "time"; readonly size: number; readonly bigEndian: boolean; readonly precision: number }
  | StringDatatype
  | BitfieldDatatype
  | { readonly class: "opaque"; readonly size: number; readonly tag: string }
  | CompoundDatatype
  | ReferenceDatatype
  | EnumDatatype
  | SequenceDatatype
  | { readonly class: "vlen-string"; readonly size: number }
  | ArrayDatatype
  | { readonly class: "complex"; readonly size: number; readonly part: FloatingPointDatatype };

interface BitField {
  readonly size: number;
  readonly bigEndian: boolean;
  /** Bits below the value, counted from the least significant one. */
  readonly bitOffset: number;
  /** Bits of the value itself. */
  readonly precision: number;
}

export interface FixedPointDatatype extends BitField {
  readonly class: "fixed-point";
  readonly signed: boolean;
}

export interface BitfieldDatatype extends BitField {
  readonly class: "bitfield";
}

/** Places and widths in bits, counted from the least significant one of the element in little-endian order. */
export interface FloatingPointDatatype {
  readonly class: "floating-point";
  readonly size: number;
  readonly order: "little" | "big" | "vax";
  /** What stands before the fraction: nothing, a stored 1, or a 1 that is not stored (IEEE). */
  readonly normalization: "none" | "stored" | "implied";
  readonly signPosition: number;
  readonly exponentPosition: number;
  readonly exponentBits: number;
  readonly mantissaPosition: number;
  readonly mantissaBits: number;
  readonly exponentBias: number;
}

/** Text of a fixed number of bytes. The character set is not kept: it is read as UTF-8 whatever it claims. */
export interface StringDatatype {
  readonly class: "string";
  readonly size: number;
  readonly padding: "null-terminated" | "null-padded" | "space-padded";
}

export interface CompoundDatatype {
  readonly class: "compound";
  readonly size: number;
  readonly members: readonly CompoundMember[];
}

export interface CompoundMember {
  readonly name: string;
  /** Bytes from the beginning of the element. */
  readonly offset: number;
  readonly datatype: Datatype;
}

interface ReferenceDatatype {
  readonly class: "reference";
  readonly size: number;
  /** `standard`: the H5R_ref_t of HDF5 1.12, which may mean an object, a region or an attribute. */
  readonly to: "object" | "region" | "standard";
}

/** `values[i]` is the code of `names[i]`. */
export interface EnumDatatype {
  readonly class: "enum";
  readonly size: number;
  readonly base: FixedPointDatatype;
  readonly names: readonly string[];
  readonly values: readonly bigint[];
}

/** A sequence of any length; the elements lie in a global heap collection. */
export interface SequenceDatatype {
  readonly class: "vlen";
  readonly size: number;
  readonly item: Datatype;
}

export interface ArrayDatatype {
  readonly class: "array";
  readonly size: number;
  readonly dimensions: readonly number[];
  readonly item: Datatype;
}

/** Whether elements hold ids of global heap objects, so that their values lie elsewhere in the file. */
export function needsHeap(datatype: Datatype): boolean {
  switch (datatype.class) {
    case "vlen":
    case "vlen-string":
      return true;
    case "reference":
      return datatype.to !== "object";
    case "array":
      return needsHeap(datatype.item);
    case "compound":
      return datatype.members.some((member) => needsHeap(member.datatype));
    default:
      return false;
  }
}
