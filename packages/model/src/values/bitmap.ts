import { validityOf } from "@lazynwb/core";

/** Whether bit `at` of a validity bitmap is set; an absent bitmap is all valid. */
export function isValidAt(validity: Uint8Array | undefined, at: number): boolean {
  return validity === undefined || ((validity[at >> 3]! >> (at & 7)) & 1) === 1;
}

/** A bitmap of `length` rows, or none where all are valid. */
export function validityWhere(length: number, isValid: (row: number) => boolean): Uint8Array | undefined {
  for (let row = 0; row < length; row++) if (!isValid(row)) return validityOf(length, isValid);
  return undefined;
}

/** The validity member of an NdArray, absent where all are valid. */
export function withValidity(validity: Uint8Array | undefined): { validity?: Uint8Array } {
  return validity === undefined ? {} : { validity };
}

/** The validity of the rows of an array whose elements were flattened `size` to a row: a row with a null in it is null. */
export function rowsAllValid(validity: Uint8Array | undefined, rows: number, size: number): Uint8Array | undefined {
  if (validity === undefined) return undefined;
  return validityWhere(rows, (row) => {
    for (let at = row * size; at < (row + 1) * size; at++) if (!isValidAt(validity, at)) return false;
    return true;
  });
}

/** The validity of elements that stand `size` to a row. */
export function repeatValidity(validity: Uint8Array | undefined, rows: number, size: number): Uint8Array | undefined {
  if (validity === undefined) return undefined;
  return validityOf(rows * size, (at) => isValidAt(validity, Math.floor(at / size)));
}
