/**
 * page: the browser of findings: search and filters above, the list, the open finding; keys and address.
 */

import type { VNode } from 'preact'
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { PageIndex, PageWords } from '../format.ts'
import { countOf } from '../wording.ts'
import { passChunk, readWords } from './data.ts'
import { Detail } from './detail.tsx'
import {
  type Filter,
  makeHaystacks,
  minTextQuery,
  noFilter,
  readFragment,
  searchChunk,
  selectFindings,
  writeFragment,
} from './filter.ts'
import { FilterBar } from './filters.tsx'
import { FindingList } from './list.tsx'
import { Printed } from './printed.tsx'
import type { Mode } from './sides.tsx'

/** Searches the texts of all findings in the background, chunk by chunk. */
function useTextSearch(index: PageIndex, query: string): { found: ReadonlySet<number>; progress: number } {
  const [state, setState] = useState<{ query: string; found: Set<number>; progress: number }>({
    query: '',
    found: new Set(),
    progress: 1,
  })
  useEffect(() => {
    const wanted = query.trim().toLowerCase()
    if (wanted.length < minTextQuery) return
    let current = true
    const run = async (): Promise<void> => {
      const nChunks = Math.ceil(index.n / index.chunkSize)
      const found = new Set<number>()
      let shownAt = performance.now()
      for (let number = 0; number < nChunks && current; number++) {
        for (const i of searchChunk(await passChunk(number), wanted)) found.add(number * index.chunkSize + i)
        if (performance.now() - shownAt > 250 && current) {
          setState({ query: wanted, found: new Set(found), progress: (number + 1) / nChunks })
          shownAt = performance.now()
          await new Promise(resolve => setTimeout(resolve))
        }
      }
      if (current) setState({ query: wanted, found, progress: 1 })
    }
    const timer = setTimeout(run, 200)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [index, query])
  const fits = state.query === query.trim().toLowerCase()
  return { found: fits ? state.found : new Set(), progress: fits ? state.progress : 0 }
}

/** The whole browser. */
export function Browser({ index }: { index: PageIndex }): VNode {
  const start = useMemo(() => readFragment(index, location.hash), [index])
  const [filter, setFilter] = useState<Filter>(start?.filter ?? noFilter)
  const [open, setOpen] = useState(() => index.id.indexOf(start?.finding ?? ''))
  const [edit, setEdit] = useState(-1)
  const [mode, setMode] = useState<Mode>(innerWidth < 900 ? 'over' : 'side')
  const { words, haystacks } = useWords(index)
  const texts = useTextSearch(index, filter.query)
  const rows = useMemo(
    () => selectFindings(index, haystacks, filter, texts.found),
    [index, haystacks, filter, texts.found],
  )
  const printed = useRested<readonly number[]>(rows, 300, noRows)
  const shown = rows.includes(open) ? open : (rows[0] ?? -1)
  const openFinding = useCallback((place: number) => {
    setOpen(place)
    setEdit(-1)
  }, [])
  useAddress(index, filter, shown, open, setFilter, openFinding)
  const search = useRef<HTMLInputElement>(null)
  const keys = useKeys({ index, rows, shown, edit, openFinding, setEdit, setMode, search })
  if (index.n === 0) return <p>{index.none}</p>
  return (
    <div class="browser">
      <FilterBar
        index={index}
        filter={filter}
        onFilter={setFilter}
        search={search}
        progress={texts.progress}
        count={rows.length}
      />
      <Printed index={index} words={words} rows={printed} />
      <div class="desk">
        <FindingList index={index} words={words} rows={rows} open={shown} onOpen={openFinding} />
        <div class="reader">
          {shown >= 0 ? (
            <Detail index={index} place={shown} mode={mode} onMode={setMode} edit={edit} onEdit={setEdit} />
          ) : (
            <p class="faint">No finding passes these filters.</p>
          )}
        </div>
      </div>
      {keys}
      {index.findingsLeftOut > 0 && (
        <p class="faint">
          To keep this page small, {countOf(index.findingsLeftOut, 'finding')} of the lowest classes that there are were
          left out; all stand in findings.csv and findings.jsonl.
        </p>
      )}
      {index.textsLeftOut > 0 && (
        <p class="faint">
          To keep this page small, the texts of {countOf(index.textsLeftOut, 'finding')} were left out; they stand in
          findings.jsonl.
        </p>
      )}
    </div>
  )
}

const noRows: readonly number[] = []
const noWords: { words: PageWords; haystacks: readonly string[] } = { words: { gist: [], terms: [] }, haystacks: [] }

/** Words and haystacks of all findings, read once the page stands. */
function useWords(index: PageIndex): typeof noWords {
  const [state, setState] = useState(noWords)
  useEffect(() => {
    readWords().then(words => setState({ words, haystacks: makeHaystacks(index, words) }))
  }, [index])
  return state
}

/** A value that follows another when it has rested, for what nobody sees at once. */
function useRested<T>(value: T, restMs: number, first: T): T {
  const [rested, setRested] = useState(first)
  useEffect(() => {
    const timer = setTimeout(() => setRested(() => value), restMs)
    return () => clearTimeout(timer)
  }, [value, restMs])
  return rested
}

/** Keeps the address and the view the same. */
function useAddress(
  index: PageIndex,
  filter: Filter,
  shown: number,
  open: number,
  setFilter: (filter: Filter) => void,
  openFinding: (place: number) => void,
): void {
  const written = useRef(location.hash)
  useEffect(() => {
    if (open < 0 && filter === noFilter) return
    const fragment = `#${writeFragment(index, { filter, finding: open >= 0 && shown >= 0 ? index.id[shown] : '' })}`
    if (fragment === '#' || fragment === written.current) return
    written.current = fragment
    history.replaceState(null, '', fragment)
  }, [index, filter, shown, open])
  useEffect(() => {
    const follow = (event: HashChangeEvent): void => {
      // a pending write may have replaced the address by now; the event still holds what was asked for
      const { hash } = new URL(event.newURL)
      const view = readFragment(index, hash)
      if (!view || hash === written.current) return
      written.current = hash
      setFilter(view.filter)
      openFinding(index.id.indexOf(view.finding))
      document.getElementById('findings')?.scrollIntoView()
    }
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [index, setFilter, openFinding])
  useEffect(() => {
    if (readFragment(index, location.hash)) document.getElementById('findings')?.scrollIntoView()
  }, [index])
}

interface KeyTargets {
  index: PageIndex
  rows: readonly number[]
  shown: number
  edit: number
  openFinding: (place: number) => void
  setEdit: (edit: number) => void
  setMode: (change: (mode: Mode) => Mode) => void
  search: { current: HTMLInputElement | null }
}

/** Listens to the keys of the whole page and renders what they are. */
function useKeys(targets: KeyTargets): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  // keys may come faster than renderings, so each one acts on what the one before it left
  const now = useRef(targets)
  now.current = targets
  useEffect(() => {
    const step = (by: number): void => {
      const { rows, shown, openFinding } = now.current
      const place = rows[rows.indexOf(shown) + by]
      if (place === undefined) return
      now.current = { ...now.current, shown: place, edit: -1 }
      openFinding(place)
    }
    const stepEdit = (by: number): void => {
      const { index, shown, edit, setEdit } = now.current
      const to = Math.min(Math.max(edit + by, 0), index.edits[shown] - 1)
      now.current = { ...now.current, edit: to }
      setEdit(to)
    }
    const actions: Record<string, () => void> = {
      j: () => step(1),
      k: () => step(-1),
      n: () => stepEdit(1),
      p: () => stepEdit(-1),
      v: () => now.current.setMode(mode => (mode === 'side' ? 'over' : 'side')),
      '/': () => now.current.search.current?.focus(),
      '?': () => dialog.current?.showModal(),
    }
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || dialog.current?.open) return
      const typing = event.target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)
      if (typing && event.key === 'Escape') (event.target as HTMLElement).blur()
      if (typing || !Object.hasOwn(actions, event.key)) return
      event.preventDefault()
      actions[event.key]()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  const keys = [
    ['j, k', 'next and previous finding'],
    ['n, p', 'next and previous edit'],
    ['v', 'side by side, or written over'],
    ['/', 'search'],
    ['Esc', 'leave the search'],
    ['?', 'this list'],
  ]
  return (
    <>
      <p class="keys">
        <kbd>j</kbd> <kbd>k</kbd> findings · <kbd>n</kbd> <kbd>p</kbd> edits · <kbd>v</kbd> view · <kbd>/</kbd> search ·{' '}
        <button type="button" onClick={() => dialog.current?.showModal()}>
          all keys
        </button>
      </p>
      <dialog ref={dialog} aria-label="Keys">
        <dl>
          {keys.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">close</button>
        </form>
      </dialog>
    </>
  )
}
