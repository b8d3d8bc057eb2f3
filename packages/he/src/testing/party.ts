import {
  Decryptor,
  Encryptor,
  Evaluator,
  KeyGenerator,
  type PublicKey,
  SealContext,
  type SecretKey,
} from '../seal/index.ts'

/** The small set that tests compute with. */
export const TEST_PARAMETERS = 'insecure_bfv_n1024_logt17'

/** One party that encrypts, computes and decrypts; disposing of it frees all it made. */
export interface Party extends Disposable {
  readonly context: SealContext
  readonly generator: KeyGenerator
  readonly secretKey: SecretKey
  readonly publicKey: PublicKey
  readonly encryptor: Encryptor
  readonly decryptor: Decryptor
  readonly evaluator: Evaluator
}

/** A context of a set, insecure ones included, with fresh keys. */
export async function makeParty(parameterId: string = TEST_PARAMETERS): Promise<Party> {
  const owned = new DisposableStack()
  const context = owned.use(await SealContext.create(parameterId, { allowInsecure: true }))
  const generator = owned.use(new KeyGenerator(context))
  const secretKey = owned.use(generator.secretKey())
  const publicKey = owned.use(generator.publicKey())
  return {
    context,
    generator,
    secretKey,
    publicKey,
    encryptor: owned.use(new Encryptor(context, publicKey)),
    decryptor: owned.use(new Decryptor(context, secretKey)),
    evaluator: owned.use(new Evaluator(context)),
    [Symbol.dispose]: () => owned.dispose(),
  }
}
