/** How many values each plain instruction takes, of those whose time does not depend on the values. */
export const TAKES: ReadonlyMap<string, number> = new Map([
  ...named(0, 'i32.const i64.const v128.const'),
  ...named(1, 'i32.eqz i64.eqz i32.wrap_i64 i64.extend_i32_s i64.extend_i32_u'),
  ...named(1, 'i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s'),
  ...named(1, 'i32x4.splat i64x2.splat v128.not i32x4.neg i64x2.neg'),
  ...['i32', 'i64'].flatMap(type =>
    named(
      2,
      'add sub mul and or xor shl shr_s shr_u rotl rotr eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u',
      type,
    ),
  ),
  ...named(2, 'v128.and v128.or v128.xor v128.andnot'),
  ...['i32x4', 'i64x2'].flatMap(type => named(2, 'add sub mul eq ne shl shr_s shr_u', type)),
  ...named(2, 'i64x2.extmul_low_i32x4_s i64x2.extmul_high_i32x4_s'),
  ...named(1, 'i8x16.bitmask i8x16.splat'),
  ...named(2, 'i8x16.add i8x16.sub i8x16.shr_s i8x16.shuffle i8x16.swizzle'),
  ...named(3, 'v128.bitselect'),
])

/** Instructions that processors or engines run in a time that depends on their operands. */
export const TAKES_VARIABLE_TIME: ReadonlyMap<string, number> = new Map(
  ['i32', 'i64'].flatMap(type => named(2, 'div_s div_u rem_s rem_u', type)),
)

/** Loads that take an address and nothing else: not those into one lane of a vector, which take the vector too. */
export const isLoad = (name: string): boolean =>
  /^(i32|i64|v128)\.load((8|16|32)_[su]|(8|16|32|64)_(splat|zero)|(8x8|16x4|32x2)_[su])?$/.test(name)
export const isStore = (name: string): boolean => /^(i32|i64|v128)\.store[0-9]*$/.test(name)

function named(count: number, names: string, type?: string): [string, number][] {
  return names.split(' ').map(name => [type === undefined ? name : `${type}.${name}`, count])
}
