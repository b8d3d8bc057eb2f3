import {
  BatchEncoder,
  Decryptor,
  deserializeCiphertext,
  Encryptor,
  Evaluator,
  KeyGenerator,
  SealContext,
  serialize,
} from '@mixun/he/seal'

/** The owner encrypts amounts, a server weighs them without seeing one, the owner reads the products modulo t. */
export async function weighAmounts(
  amounts: readonly bigint[],
  weights: readonly bigint[],
): Promise<bigint[]> {
  using context = await SealContext.create('bfv_n8192_logt20_classical128')
  using encoder = new BatchEncoder(context)

  // The owner.
  using generator = new KeyGenerator(context)
  using secretKey = generator.secretKey()
  using publicKey = generator.publicKey()
  using encryptor = new Encryptor(context, publicKey)
  using plaintext = encoder.encode(amounts)
  using query = encryptor.encrypt(plaintext)

  // The server: what comes in is checked before it is used.
  using received = deserializeCiphertext(context, serialize(query))
  using evaluator = new Evaluator(context)
  using factors = encoder.encode(weights)
  using answer = evaluator.multiplyPlain(received, factors)

  // The owner again. A decryption that fails (ERR_NOISE_BUDGET) stays at home.
  using returned = deserializeCiphertext(context, serialize(answer))
  using decryptor = new Decryptor(context, secretKey)
  using result = decryptor.decrypt(returned)
  return [...encoder.decode(result).subarray(0, amounts.length)]
}
