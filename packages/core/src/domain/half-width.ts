/** Full-width ASCII forms (U+FF01 to U+FF5E) and the ideographic space become ASCII; everything else stays. */
export function toHalfWidth(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, char => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ')
}
