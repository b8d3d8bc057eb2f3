import type { Instruction, PlainInstruction, Structure, WasmFunction, WasmText } from './wasm-text.ts'
import { isLoad, isStore, TAKES, TAKES_VARIABLE_TIME } from './wasm-instructions.ts'

/** Where a secret would show in time. */
export interface Leak {
  readonly functionName: string
  readonly line: number
  readonly instruction: string
  readonly reason: string
}

/** What is known at one place: which locals and stack values may depend on secrets. */
interface State {
  locals: boolean[]
  stack: boolean[]
  isReachable: boolean
}

/** Where a branch goes: the join of the states that arrive there. */
interface Target {
  readonly label: string
  readonly arity: number
  arrived: { locals: boolean[]; values: boolean[] } | undefined
}

/**
 * Follows what may depend on memory through a module. Arguments of the entry functions are public (addresses and counts);
 * every value loaded from memory is secret; what is calculated from a secret is secret. A leak is a secret that decides
 * a branch, a selection, an address, a length or the operand of an instruction of variable time, and every instruction
 * that is not known.
 */
export class TaintAnalysis {
  readonly leaks: Leak[] = []
  readonly #module: WasmText
  /** Function and secrecy of its arguments → secrecy of its results. */
  readonly #known = new Map<string, boolean[]>()
  readonly #seen = new Set<string>()

  constructor(module: WasmText) {
    this.#module = module
  }

  /** Functions reached so far. */
  get reached(): number {
    return new Set([...this.#known.keys()].map(key => key.split(' ')[0])).size
  }

  /** Analyses an exported function. */
  enter(exportName: string): void {
    const name = this.#module.exports.get(exportName)
    const entry = name === undefined ? undefined : this.#module.functions.get(name)
    if (entry === undefined) throw new Error(`expected an exported function ${exportName}`)
    this.#call(entry, all(entry.parameters, false))
  }

  #call(callee: WasmFunction, secrets: readonly boolean[]): boolean[] {
    const key = `${callee.name} ${secrets.map(Number).join('')}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    // A recursive call sees the worst; the kernels have none.
    this.#known.set(key, all(callee.results, true))
    const locals = Array.from({ length: callee.locals.size }, (_, i) => secrets[i] ?? false)
    const state: State = { locals, stack: [], isReachable: true }
    const exit: Target = { label: '', arity: callee.results, arrived: undefined }
    new FunctionWalk(callee, this.#module, (...leak) => this.#leak(...leak), this.#call.bind(this)).run(
      callee.body,
      state,
      [exit],
    )
    if (state.isReachable) arrive(exit, state)
    const results = exit.arrived?.values ?? all(callee.results, false)
    this.#known.set(key, results)
    return results
  }

  #leak(functionName: string, line: number, instruction: string, reason: string): void {
    const key = `${line} ${reason}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.leaks.push({ functionName, line, instruction, reason })
  }
}

class FunctionWalk {
  readonly #function: WasmFunction
  readonly #module: WasmText
  readonly #report: (functionName: string, line: number, instruction: string, reason: string) => void
  readonly #call: (callee: WasmFunction, secrets: readonly boolean[]) => boolean[]

  constructor(
    walked: WasmFunction,
    module: WasmText,
    report: (functionName: string, line: number, instruction: string, reason: string) => void,
    call: (callee: WasmFunction, secrets: readonly boolean[]) => boolean[],
  ) {
    this.#function = walked
    this.#module = module
    this.#report = report
    this.#call = call
  }

  run(body: readonly Instruction[], state: State, targets: readonly Target[]): void {
    for (const instruction of body) {
      if (!state.isReachable) return
      if (instruction.kind === 'plain') this.#plain(instruction, state, targets)
      else if (instruction.kind === 'block') this.#block(instruction, state, targets)
      else if (instruction.kind === 'loop') this.#loop(instruction, state, targets)
      else this.#if(instruction, state, targets)
    }
  }

  #block(block: Structure, state: State, targets: readonly Target[]): void {
    const target: Target = { label: block.label, arity: block.results, arrived: undefined }
    const inner: State = { locals: [...state.locals], stack: [], isReachable: true }
    this.run(block.body, inner, [...targets, target])
    if (inner.isReachable) arrive(target, inner)
    leave(target, state)
  }

  #if(one: Structure, state: State, targets: readonly Target[]): void {
    if (state.stack.pop() === true) this.#leak(one.line, 'if', 'a branch depends on a secret')
    const target: Target = { label: one.label, arity: one.results, arrived: undefined }
    for (const body of [one.body, one.otherwise]) {
      const inner: State = { locals: [...state.locals], stack: [], isReachable: true }
      this.run(body, inner, [...targets, target])
      if (inner.isReachable) arrive(target, inner)
    }
    leave(target, state)
  }

  #loop(loop: Structure, state: State, targets: readonly Target[]): void {
    let entry = [...state.locals]
    for (;;) {
      const target: Target = { label: loop.label, arity: 0, arrived: undefined }
      const inner: State = { locals: [...entry], stack: [], isReachable: true }
      this.run(loop.body, inner, [...targets, target])
      const again = target.arrived?.locals.map((isSecret, i) => isSecret || (entry[i] as boolean)) ?? entry
      if (again.some((isSecret, i) => isSecret !== entry[i])) {
        entry = again
        continue
      }
      state.isReachable = inner.isReachable
      state.locals = inner.locals
      state.stack.push(...inner.stack.slice(inner.stack.length - loop.results))
      return
    }
  }

  #plain(one: PlainInstruction, state: State, targets: readonly Target[]): void {
    const { name, operands, line } = one
    const { stack, locals } = state
    const pop = (): boolean => {
      const value = stack.pop()
      if (value === undefined) throw new Error(`line ${line}: expected a value for ${name}`)
      return value
    }
    const check = (isSecret: boolean, reason: string): void => {
      if (isSecret) this.#leak(line, [name, ...operands].join(' '), reason)
    }
    const join = (count: number): boolean => Array.from({ length: count }, pop).some(Boolean)
    const local = (): number => {
      const index = this.#function.locals.get(operands[0] as string)
      if (index === undefined) throw new Error(`line ${line}: expected a local`)
      return index
    }

    const takes = TAKES.get(name)
    const takesVariableTime = TAKES_VARIABLE_TIME.get(name)
    if (takes !== undefined) {
      stack.push(join(takes))
    } else if (takesVariableTime !== undefined) {
      const isSecret = join(takesVariableTime)
      check(isSecret, 'an instruction of variable time has a secret operand')
      stack.push(isSecret)
    } else if (isLoad(name)) {
      check(pop(), 'an address depends on a secret')
      stack.push(true)
    } else if (isStore(name)) {
      pop()
      check(pop(), 'an address depends on a secret')
    } else if (name === 'local.get') {
      stack.push(locals[local()] as boolean)
    } else if (name === 'local.set') {
      locals[local()] = pop()
    } else if (name === 'local.tee') {
      locals[local()] = stack[stack.length - 1] as boolean
    } else if (name === 'select') {
      check(pop(), 'a selection depends on a secret')
      stack.push(join(2))
    } else if (name === 'drop') {
      pop()
    } else if (name === 'memory.fill' || name === 'memory.copy') {
      check(pop(), 'a length depends on a secret')
      const isSecretValue = pop()
      check(pop() || (name === 'memory.copy' && isSecretValue), 'an address depends on a secret')
    } else if (name === 'call') {
      const callee = this.#module.functions.get(operands[0] as string)
      if (callee === undefined) throw new Error(`line ${line}: expected a function of the module`)
      const secrets = Array.from({ length: callee.parameters }, pop).toReversed()
      stack.push(...this.#call(callee, secrets))
    } else if (name === 'br' || name === 'br_if') {
      if (name === 'br_if') check(pop(), 'a branch depends on a secret')
      const target = targets.findLast(({ label }) => label === operands[0])
      if (target === undefined) throw new Error(`line ${line}: expected a label`)
      arrive(target, state)
      if (name === 'br') state.isReachable = false
    } else if (name === 'return') {
      arrive(targets[0] as Target, state)
      state.isReachable = false
    } else {
      this.#leak(line, name, 'an instruction is not on the list')
      state.isReachable = false
    }
  }

  #leak(line: number, instruction: string, reason: string): void {
    this.#report(this.#function.name, line, instruction, reason)
  }
}

/** Joins a state into where a branch goes. */
function arrive(target: Target, state: State): void {
  const values = state.stack.slice(state.stack.length - target.arity)
  const before = target.arrived
  target.arrived = {
    locals: state.locals.map((isSecret, i) => isSecret || before?.locals[i] === true),
    values: values.map((isSecret, i) => isSecret || before?.values[i] === true),
  }
}

/** Goes on after a block with what arrived at its end. */
function leave(target: Target, state: State): void {
  state.isReachable = target.arrived !== undefined
  if (target.arrived === undefined) return
  state.locals = target.arrived.locals
  state.stack.push(...target.arrived.values)
}

function all(count: number, isSecret: boolean): boolean[] {
  return Array.from({ length: count }, () => isSecret)
}
