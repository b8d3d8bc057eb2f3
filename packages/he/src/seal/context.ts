import { type ErrorCode, fail } from '@mixun/core/errors'
import type { SEALContext as NativeContext, EncryptionParameters, MainModule } from 'node-seal'
import { loadEngine, type SealEngine } from './engine.ts'
import { NativeHandle } from './handle.ts'
import {
  type SealParameterOptions,
  type SealParameters,
  type SealScheme,
  sealParameters,
} from './parameters.ts'

/**
 * Pre-computed tables of one parameter set. Everything else is made from a context and belongs to it; dispose of it
 * last.
 */
export class SealContext extends NativeHandle<NativeContext> {
  readonly parameters: SealParameters
  readonly #engine: SealEngine

  constructor(native: NativeContext, parameters: SealParameters, engine: SealEngine) {
    super(native)
    this.parameters = parameters
    this.#engine = engine
  }

  /** @throws ERR_PARAMETER_UNKNOWN, ERR_PARAMETER_INSECURE */
  static async create(parameterId: string, options: SealParameterOptions = {}): Promise<SealContext> {
    const parameters = sealParameters(parameterId, options)
    const engine = await loadEngine()
    return new SealContext(
      engine.call(() => createNative(engine.seal, parameters)),
      parameters,
      engine,
    )
  }

  /** SEAL's module, for the files of this folder only. */
  get seal(): MainModule {
    return this.#engine.seal
  }

  /** See `SealEngine.call`; for the files of this folder only. */
  call<T>(action: () => T, code?: ErrorCode): T {
    return this.#engine.call(action, code)
  }

  /** Values of one parameter set work together, whichever context made them. @throws ERR_PARAMETER_FOREIGN */
  requireOwn(...values: readonly { readonly context: SealContext }[]): void {
    for (const { context } of values) this.requireParameters(context.parameters.id)
  }

  /** @throws ERR_PARAMETER_FOREIGN */
  requireParameters(id: string): void {
    if (id !== this.parameters.id) {
      fail('ERR_PARAMETER_FOREIGN', `expected parameter set ${this.parameters.id}, found ${id}`)
    }
  }

  /** @throws ERR_PARAMETER_SCHEME */
  requireScheme(...schemes: readonly SealScheme[]): void {
    if (!schemes.includes(this.parameters.scheme)) {
      fail(
        'ERR_PARAMETER_SCHEME',
        `expected a parameter set of ${schemes.join(' or ')}, found ${this.parameters.id}`,
      )
    }
  }
}

function createNative(seal: MainModule, parameters: SealParameters): NativeContext {
  using native = new seal.EncryptionParameters(seal.SchemeType[parameters.scheme])
  native.setPolyModulusDegree(parameters.ringDimension)
  setModuli(seal, parameters, native)
  // SEAL checks the security table a second time, on the primes themselves.
  const { none, tc128 } = seal.SecLevelType
  const context = new seal.SEALContext(native, true, parameters.securityLevel === 'unchecked' ? none : tc128)
  if (!context.parametersSet()) {
    context.delete()
    fail('ERR_PARAMETER_INSECURE', `SEAL refuses the sizes of ${parameters.id}`)
  }
  return context
}

function setModuli(seal: MainModule, parameters: SealParameters, native: EncryptionParameters): void {
  const bits = Int32Array.from(parameters.coefficientModulusBits)
  using coefficientModuli = seal.CoeffModulus.Create(parameters.ringDimension, bits)
  native.setCoeffModulus(coefficientModuli)
  if (parameters.plaintextModulus === null) return
  using plaintextModulus = new seal.Modulus(parameters.plaintextModulus)
  native.setPlainModulus(plaintextModulus)
}
