import { defineParameters, type ParameterSet } from '@mixun/core/params'

/** Protocol name of runs that give the number of common items alone. */
export const PSI_CARDINALITY_PROTOCOL = 'psi-cardinality'

/** Number of common items by Diffie–Hellman, semi-honest. */
export const psiCardinalityParameters: ParameterSet = defineParameters({
  id: 'psica_ecdh_ristretto255_semihonest',
  securityLevel: 'classical128',
  source: 'De Cristofaro, Gasti and Tsudik, CANS 2012 (eprint 2011/141), over ristretto255',
})
