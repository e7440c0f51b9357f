/** Elements whose bits are brought together at a time: four bytes of each row of bits, as one word. */
const LANES = 32;

/**
 * Brings the bits of each element together again: stored are the lowest bits of the first bytes of all elements, eight
 * elements a byte, then their second bits, and so on through all bytes of an element.
 *
 * @param source - Exactly `count * width` bytes.
 * @param target - As many bytes.
 * @param count - Elements, a multiple of 8.
 * @param width - Bytes of an element.
 * @remarks Copies: one, and one more of `source` where it is not aligned. A transposition of 8 x 8 bits in words: of four
 * groups of elements at a time where `count` is a multiple of 32.
 */
export function bitUnshuffle(source: Uint8Array, target: Uint8Array, count: number, width: number): void {
  if (count % LANES === 0) unshuffleWords(source, target, count, width);
  else unshuffleGroups(source, target, count, width);
}

function unshuffleWords(source: Uint8Array, target: Uint8Array, count: number, width: number): void {
  const aligned = source.byteOffset % 4 === 0 ? source : source.slice();
  const rows = new Uint32Array(aligned.buffer, aligned.byteOffset, (count * width) / 4);
  const rowWords = count / LANES;
  /** Byte `b` of the elements, at `8 b + j` those of the elements j, 8 + j, 16 + j and 24 + j. */
  const lanes = new Uint32Array(8 * width);
  const isWide = width % 4 === 0 && target.byteOffset % 4 === 0;
  const isPair = width === 2 && target.byteOffset % 2 === 0;
  const words = isWide ? new Uint32Array(target.buffer, target.byteOffset, (count * width) / 4) : NO_WORDS;
  const pairs = isPair ? new Uint16Array(target.buffer, target.byteOffset, count) : NO_PAIRS;
  for (let at = 0; at < rowWords; at++) {
    for (let byte = 0; byte < width; byte++) transposeBits(rows, 8 * byte * rowWords + at, rowWords, lanes, 8 * byte);
    if (isWide) placeWords(lanes, words, at * LANES * (width / 4), width);
    else if (isPair) placePairs(lanes, pairs, at * LANES);
    else placeBytes(lanes, target, at * LANES * width, width);
  }
}

const NO_WORDS = new Uint32Array(0);
const NO_PAIRS = new Uint16Array(0);

/** Eight rows of bits, four bytes of each: bit `j` of row `k` becomes bit `k` of row `j`, in each byte. */
function transposeBits(rows: Uint32Array, from: number, stride: number, lanes: Uint32Array, to: number): void {
  let a = rows[from]!;
  let b = rows[from + stride]!;
  let c = rows[from + 2 * stride]!;
  let d = rows[from + 3 * stride]!;
  let e = rows[from + 4 * stride]!;
  let f = rows[from + 5 * stride]!;
  let g = rows[from + 6 * stride]!;
  let h = rows[from + 7 * stride]!;
  let t = ((a >>> 4) ^ e) & 0x0f0f0f0f;
  e ^= t;
  a ^= t << 4;
  t = ((b >>> 4) ^ f) & 0x0f0f0f0f;
  f ^= t;
  b ^= t << 4;
  t = ((c >>> 4) ^ g) & 0x0f0f0f0f;
  g ^= t;
  c ^= t << 4;
  t = ((d >>> 4) ^ h) & 0x0f0f0f0f;
  h ^= t;
  d ^= t << 4;
  t = ((a >>> 2) ^ c) & 0x33333333;
  c ^= t;
  a ^= t << 2;
  t = ((b >>> 2) ^ d) & 0x33333333;
  d ^= t;
  b ^= t << 2;
  t = ((e >>> 2) ^ g) & 0x33333333;
  g ^= t;
  e ^= t << 2;
  t = ((f >>> 2) ^ h) & 0x33333333;
  h ^= t;
  f ^= t << 2;
  t = ((a >>> 1) ^ b) & 0x55555555;
  lanes[to + 1] = b ^ t;
  lanes[to] = a ^ (t << 1);
  t = ((c >>> 1) ^ d) & 0x55555555;
  lanes[to + 3] = d ^ t;
  lanes[to + 2] = c ^ (t << 1);
  t = ((e >>> 1) ^ f) & 0x55555555;
  lanes[to + 5] = f ^ t;
  lanes[to + 4] = e ^ (t << 1);
  t = ((g >>> 1) ^ h) & 0x55555555;
  lanes[to + 7] = h ^ t;
  lanes[to + 6] = g ^ (t << 1);
}

/** Four bytes of an element at a time: a 4 x 4 transposition of bytes. */
function placeWords(lanes: Uint32Array, words: Uint32Array, start: number, width: number): void {
  const perElement = width / 4;
  const step = 8 * perElement;
  for (let part = 0; part < perElement; part++) {
    const from = 32 * part;
    for (let at = 0, to = start + part; at < 8; at++, to += perElement) {
      const a = lanes[from + at]!;
      const b = lanes[from + 8 + at]!;
      const c = lanes[from + 16 + at]!;
      const d = lanes[from + 24 + at]!;
      const lowEven = (a & 0x00ff00ff) | ((b & 0x00ff00ff) << 8);
      const lowOdd = ((a >>> 8) & 0x00ff00ff) | (b & 0xff00ff00);
      const highEven = (c & 0x00ff00ff) | ((d & 0x00ff00ff) << 8);
      const highOdd = ((c >>> 8) & 0x00ff00ff) | (d & 0xff00ff00);
      words[to] = (lowEven & 0xffff) | (highEven << 16);
      words[to + step] = (lowOdd & 0xffff) | (highOdd << 16);
      words[to + 2 * step] = (lowEven >>> 16) | (highEven & 0xffff0000);
      words[to + 3 * step] = (lowOdd >>> 16) | (highOdd & 0xffff0000);
    }
  }
}

function placePairs(lanes: Uint32Array, pairs: Uint16Array, start: number): void {
  for (let at = 0; at < 8; at++) {
    const low = lanes[at]!;
    const high = lanes[8 + at]!;
    const even = (low & 0x00ff00ff) | ((high & 0x00ff00ff) << 8);
    const odd = ((low >>> 8) & 0x00ff00ff) | (high & 0xff00ff00);
    const to = start + at;
    pairs[to] = even;
    pairs[to + 8] = odd;
    pairs[to + 16] = even >>> 16;
    pairs[to + 24] = odd >>> 16;
  }
}

function placeBytes(lanes: Uint32Array, target: Uint8Array, start: number, width: number): void {
  for (let byte = 0; byte < width; byte++) {
    for (let at = 0; at < 8; at++) {
      const lane = lanes[8 * byte + at]!;
      const to = start + at * width + byte;
      target[to] = lane;
      target[to + 8 * width] = lane >>> 8;
      target[to + 16 * width] = lane >>> 16;
      target[to + 24 * width] = lane >>> 24;
    }
  }
}

/** Eight elements at a time, of any number. */
function unshuffleGroups(source: Uint8Array, target: Uint8Array, count: number, width: number): void {
  const row = count / 8;
  for (let byte = 0; byte < width; byte++) {
    for (let group = 0; group < row; group++) {
      const from = 8 * byte * row + group;
      let low =
        source[from]! | (source[from + row]! << 8) | (source[from + 2 * row]! << 16) | (source[from + 3 * row]! << 24);
      let high =
        source[from + 4 * row]! |
        (source[from + 5 * row]! << 8) |
        (source[from + 6 * row]! << 16) |
        (source[from + 7 * row]! << 24);
      let t = (low ^ (low >>> 7)) & 0x00aa00aa;
      low ^= t ^ (t << 7);
      t = (high ^ (high >>> 7)) & 0x00aa00aa;
      high ^= t ^ (t << 7);
      t = (low ^ (low >>> 14)) & 0x0000cccc;
      low ^= t ^ (t << 14);
      t = (high ^ (high >>> 14)) & 0x0000cccc;
      high ^= t ^ (t << 14);
      t = (high ^ (low >>> 4)) & 0x0f0f0f0f;
      high ^= t;
      low ^= t << 4;
      const to = 8 * group * width + byte;
      for (let at = 0; at < 4; at++) {
        target[to + at * width] = low >>> (8 * at);
        target[to + (at + 4) * width] = high >>> (8 * at);
      }
    }
  }
}
