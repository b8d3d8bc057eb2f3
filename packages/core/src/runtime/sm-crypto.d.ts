// sm-crypto ships no types; its parts are imported one by one, because its entry brings SM2 over jsbn along.
declare module 'sm-crypto/src/sm3/index.js' {
  /** SM3, or HMAC-SM3 when a key is given: lower-case hex. */
  const sm3: (input: Uint8Array, options?: { readonly mode: 'hmac'; readonly key: Uint8Array }) => string
  export = sm3
}

declare module 'sm-crypto/src/sm4/index.js' {
  /** SM4-ECB over whole blocks when `padding` is `none`. */
  const sm4: {
    encrypt(
      blocks: Uint8Array,
      key: Uint8Array,
      options: { readonly padding: 'none'; readonly output: 'array' },
    ): readonly number[]
  }
  export = sm4
}
