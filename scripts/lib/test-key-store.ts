/** The environment in which tests make and open homes: one passphrase, and a derivation that costs nothing. */
export const TEST_KEY_STORE = {
  MIXUN_PASSPHRASE: 'passphrase of the tests',
  MIXUN_KEY_DERIVATION: 'insecure_scrypt_logn4_r8_p1',
} as const
