/**
 * page: the list of findings. Only the rows in sight exist, so its length does not matter.
 */

import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { kindOrder, type PageIndex, type PageWords } from '../format.ts'
import { countOf } from '../wording.ts'
import { languageOf, Shown } from './text.tsx'

/** Height of a row in CSS pixels; the style sheet has the same number. */
const rowPx = 66
/** Rows made beyond the edges of what is in sight. */
const spareRows = 6

interface ListProps {
  index: PageIndex
  words: PageWords
  /** places of the findings to show, in order */
  rows: readonly number[]
  /** place of the open finding, or -1 */
  open: number
  onOpen: (place: number) => void
}

/** The list as a listbox: one row is open, the arrow keys move it. */
export function FindingList({ index, words, rows, open, onOpen }: ListProps): VNode {
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [height, setHeight] = useState(600)
  useEffect(() => {
    const observer = new ResizeObserver(() => setHeight(box.current?.clientHeight || 600))
    observer.observe(box.current!)
    return () => observer.disconnect()
  }, [])
  const at = rows.indexOf(open)
  useLayoutEffect(() => {
    if (at < 0 || !box.current) return
    const { scrollTop, clientHeight } = box.current
    if (at * rowPx < scrollTop) box.current.scrollTop = at * rowPx
    else if ((at + 1) * rowPx > scrollTop + clientHeight) box.current.scrollTop = (at + 1) * rowPx - clientHeight
  }, [at, rows])
  const first = Math.max(0, Math.floor(top / rowPx) - spareRows)
  const last = Math.min(rows.length, Math.ceil((top + height) / rowPx) + spareRows)
  const move = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height / rowPx) - 1)
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: rows.length - 1,
    }
    const to = steps[event.key]
    if (to === undefined || rows.length === 0) return
    event.preventDefault()
    onOpen(rows[Math.min(rows.length - 1, Math.max(0, to))])
  }
  return (
    <div
      class="list"
      ref={box}
      role="listbox"
      tabIndex={0}
      aria-label="Findings"
      aria-activedescendant={at >= first && at < last ? `finding-${open}` : undefined}
      onScroll={event => setTop(event.currentTarget.scrollTop)}
      onKeyDown={move}
    >
      <div class="rows" role="presentation" style={{ height: `${rows.length * rowPx}px` }}>
        {rows.slice(first, last).map((place, i) => (
          <Row
            key={place}
            index={index}
            words={words}
            place={place}
            at={first + i}
            of={rows.length}
            open={place === open}
            onOpen={onOpen}
          />
        ))}
      </div>
    </div>
  )
}

interface RowProps {
  index: PageIndex
  words: PageWords
  place: number
  at: number
  of: number
  open: boolean
  onOpen: (place: number) => void
}

function Row({ index, words, place, at, of, open, onOpen }: RowProps): VNode {
  const gist = words.gist[place] ?? '…'
  const grade = index.class[place]
  const state = { n: 'new', k: 'known', e: 'expired' }[index.state[place] ?? '']
  return (
    // the listbox takes the keys for all rows
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={`finding-${place}`}
      class={`row grade-${grade}`}
      role="option"
      tabIndex={-1}
      aria-selected={open}
      aria-posinset={at + 1}
      aria-setsize={of}
      style={{ top: `${at * rowPx}px` }}
      onClick={() => onOpen(place)}
    >
      <span class="letter">{grade}</span>
      <span class="gist" dir="auto" lang={languageOf(gist)}>
        <Shown text={gist || '(no text in this edition)'} />
      </span>
      <span class="facts">
        <bdi class="file">
          <Shown text={index.files[index.file[place]]} />
        </bdi>{' '}
        <span>
          {state !== undefined && <b class={`state-${state}`}>{state}</b>} record {index.record[place]} ·{' '}
          {kindOrder[Number(index.kind[place])]} · {countOf(index.edits[place], 'edit')}
        </span>
      </span>
    </div>
  )
}
