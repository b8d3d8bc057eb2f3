/** What is known at one place: which locals and stack values may depend on secrets. */
export interface State {
  locals: boolean[]
  stack: boolean[]
  isReachable: boolean
}

/** Where a branch goes: the join of the states that arrive there. */
export interface Target {
  readonly label: string
  readonly arity: number
  arrived: { locals: boolean[]; values: boolean[] } | undefined
}

/** Takes one value; a secret is true. */
export function pop(state: State, line: number, name: string): boolean {
  const value = state.stack.pop()
  if (value === undefined) throw new Error(`line ${line}: expected a value for ${name}`)
  return value
}

/** More values than results would mean that an instruction takes more than this analysis thinks. */
export function expectHeight(state: State, results: number, where: string): void {
  if (state.stack.length !== results) {
    throw new Error(`expected ${results} values at ${where}, found ${state.stack.length}`)
  }
}

/** Joins a state into where a branch goes; at an end, where nothing else may be on the stack, `end` says which. */
export function arrive(target: Target, state: State, end?: string): void {
  if (end !== undefined) expectHeight(state, target.arity, end)
  if (state.stack.length < target.arity) throw new Error(`expected ${target.arity} values for a branch`)
  const values = state.stack.slice(state.stack.length - target.arity)
  const before = target.arrived
  target.arrived = {
    locals: state.locals.map((isSecret, i) => isSecret || before?.locals[i] === true),
    values: values.map((isSecret, i) => isSecret || before?.values[i] === true),
  }
}

/** Goes on after a block with what arrived at its end. */
export function leave(target: Target, state: State): void {
  state.isReachable = target.arrived !== undefined
  if (target.arrived === undefined) return
  state.locals = target.arrived.locals
  state.stack.push(...target.arrived.values)
}
