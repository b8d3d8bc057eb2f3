/** Ranges of the given lengths one after another, each from a multiple of 16 on: their places and all their bytes. */
export function layOut<Name extends string>(
  lengths: Readonly<Record<Name, number>>,
): { places: Readonly<Record<Name, number>>; bytes: number } {
  const places = {} as Record<Name, number>
  let bytes = 0
  for (const name of Object.keys(lengths) as Name[]) {
    places[name] = bytes
    bytes += 16 * Math.ceil(lengths[name] / 16)
  }
  return { places, bytes }
}
