/**
 * explain: many phrases found in one pass over a token stream (Aho and Corasick 1975).
 *
 * The symbols are the folded hashes of tokens, not characters: five times fewer steps, and case, quotes and
 * layout are folded already; no published library takes other symbols than characters. Time is linear in the
 * tokens whatever the text. Two words collide once in 2^32, so a false match is possible, not plausible.
 */
import { combine } from '../hash.ts'
import { tokenise } from '../text/tokens.ts'
import type { TokenStream } from '../types.ts'

/** An automaton over token hashes; immutable once built. */
export interface PhraseAutomaton {
  /** open-addressing table of transitions: state, symbol → next state */
  state: Int32Array
  symbol: Uint32Array
  next: Int32Array
  /** state to go on with when no transition fits */
  fail: Int32Array
  /** label of the phrase that ends in a state, -1 for none */
  label: Int32Array
  /** tokens of that phrase */
  length: Uint8Array
  /** next shorter state in which a phrase ends, 0 for none */
  shorter: Int32Array
  /** 1 where a phrase may begin, by the low bits of the symbol: most tokens begin none */
  begins: Uint8Array
  /** the first two symbols of every phrase; the second is null where the phrase has but one */
  openings: [first: number, second: number | null][]
}

const beginsMask = (1 << 14) - 1

/** Called at each match with the label and the raw tokens `[from, to)`. */
export type OnPhrase = (label: number, from: number, to: number) => void

/** A phrase and what is said when it is met. */
export interface Phrase {
  text: string
  label: number
}

/** Builds the automaton. Phrases without tokens are left out; of equal ones the first keeps its label. */
export function buildAutomaton(phrases: readonly Phrase[]): PhraseAutomaton {
  const children: Map<number, number>[] = [new Map()]
  const labels = [-1]
  const lengths = [0]
  for (const { text, label } of phrases) {
    const { hash, n } = tokenise(text)
    if (n === 0) continue
    let at = 0
    for (let i = 0; i < n; i++) {
      let child = children[at].get(hash[i])
      if (child === undefined) {
        child = children.length
        children.push(new Map())
        labels.push(-1)
        lengths.push(0)
        children[at].set(hash[i], child)
      }
      at = child
    }
    if (labels[at] < 0) {
      labels[at] = label
      lengths[at] = n
    }
  }
  return {
    ...layTransitions(children),
    ...linkStates(children, labels),
    begins: markBegins(children[0]),
    openings: listOpenings(children, labels),
    label: Int32Array.from(labels),
    length: Uint8Array.from(lengths),
  }
}

function markBegins(root: Map<number, number>): Uint8Array {
  const begins = new Uint8Array(beginsMask + 1)
  for (const hash of root.keys()) begins[hash & beginsMask] = 1
  return begins
}

function listOpenings(children: Map<number, number>[], labels: number[]): PhraseAutomaton['openings'] {
  const openings: PhraseAutomaton['openings'] = []
  for (const [first, state] of children[0]) {
    if (labels[state] >= 0) openings.push([first, null])
    for (const second of children[state].keys()) openings.push([first, second])
  }
  return openings
}

function layTransitions(children: Map<number, number>[]): Pick<PhraseAutomaton, 'state' | 'symbol' | 'next'> {
  let size = 16
  while (size < children.length * 3) size *= 2
  const state = new Int32Array(size).fill(-1)
  const symbol = new Uint32Array(size)
  const next = new Int32Array(size)
  children.forEach((edges, from) => {
    for (const [hash, to] of edges) {
      let slot = combine(from, hash) & (size - 1)
      while (state[slot] >= 0) slot = (slot + 1) & (size - 1)
      state[slot] = from
      symbol[slot] = hash
      next[slot] = to
    }
  })
  return { state, symbol, next }
}

/** Failure and output links, breadth first. */
function linkStates(children: Map<number, number>[], labels: number[]): Pick<PhraseAutomaton, 'fail' | 'shorter'> {
  const fail = new Int32Array(children.length)
  const shorter = new Int32Array(children.length)
  const queue = [...children[0].values()]
  for (let head = 0; head < queue.length; head++) {
    const at = queue[head]
    shorter[at] = labels[fail[at]] >= 0 ? fail[at] : shorter[fail[at]]
    for (const [hash, child] of children[at]) {
      let back = fail[at]
      while (back !== 0 && !children[back].has(hash)) back = fail[back]
      fail[child] = children[back].get(hash) ?? 0
      queue.push(child)
    }
  }
  return { fail, shorter }
}

function step(automaton: PhraseAutomaton, from: number, hash: number): number {
  const { state, symbol, next } = automaton
  const last = state.length - 1
  let slot = combine(from, hash) & last
  while (state[slot] >= 0) {
    if (state[slot] === from && symbol[slot] === hash) return next[slot]
    slot = (slot + 1) & last
  }
  return -1
}

/**
 * Finds all phrases in a stream.
 *
 * @returns transitions that were tried: at most twice the tokens
 */
export function findPhrases(automaton: PhraseAutomaton, stream: TokenStream, onPhrase: OnPhrase): number {
  let tried = 0
  for (let i = 0; i < stream.n; i++)
    if (automaton.begins[stream.hash[i] & beginsMask] === 1) {
      const run = followPhrases(automaton, stream, i, onPhrase)
      tried += run.tried
      i = run.to - 1
    }
  return tried
}

/** Reused: where the run before ended. */
const run = { to: 0, tried: 0 }

/**
 * Finds the phrases that begin at a token, and those that begin inside them.
 *
 * @returns the token at which no phrase is open any more, and the transitions that were tried; valid until the next call
 */
export function followPhrases(
  automaton: PhraseAutomaton,
  stream: TokenStream,
  from: number,
  onPhrase: OnPhrase,
): Readonly<typeof run> {
  let at = 0
  let i = from
  run.tried = 0
  do {
    const hash = stream.hash[i++]
    for (;;) {
      run.tried++
      const to = step(automaton, at, hash)
      if (to >= 0) {
        at = to
        break
      }
      if (at === 0) break
      at = automaton.fail[at]
    }
    for (let end = automaton.label[at] >= 0 ? at : automaton.shorter[at]; end !== 0; end = automaton.shorter[end])
      onPhrase(automaton.label[end], i - automaton.length[end], i)
  } while (at !== 0 && i < stream.n)
  run.to = i
  return run
}
