/**
 * page: search field, filters and order of the list, with the count of what passes.
 */

import type { VNode } from 'preact'
import { kindOrder, type PageIndex } from '../format.ts'
import { classes, countOf, formatCount } from '../wording.ts'
import { type Filter, isRestricted, minTextQuery, noFilter, type Order } from './filter.ts'

interface FilterBarProps {
  index: PageIndex
  filter: Filter
  onFilter: (filter: Filter) => void
  search: { current: HTMLInputElement | null }
  /** share of the texts that were searched */
  progress: number
  count: number
}

/** Search and filters above the list, and how many findings pass. */
export function FilterBar({ index, filter, onFilter, search, progress, count }: FilterBarProps): VNode {
  const set = (change: Partial<Filter>): void => onFilter({ ...filter, ...change })
  const toggle = (letters: string, letter: string): string =>
    letters.includes(letter) ? letters.replace(letter, '') : letters + letter
  const searching = filter.query.trim().length >= minTextQuery && progress < 1
  return (
    <search class="filters">
      <input
        ref={search}
        type="search"
        placeholder="Search texts, edits, files, ids"
        aria-label="Search texts, edits, files and ids"
        value={filter.query}
        onInput={event => set({ query: event.currentTarget.value })}
      />
      <fieldset aria-label="Class">
        {classes.map(grade => (
          <button
            type="button"
            key={grade}
            class={`grade-${grade}`}
            aria-pressed={filter.classes.includes(grade)}
            onClick={() => set({ classes: toggle(filter.classes, grade) })}
          >
            {grade}
          </button>
        ))}
      </fieldset>
      <fieldset aria-label="Kind">
        {kindOrder.map((kind, i) => (
          <button
            type="button"
            key={kind}
            aria-pressed={filter.kinds.includes(String(i))}
            onClick={() => set({ kinds: toggle(filter.kinds, String(i)) })}
          >
            {kind}
          </button>
        ))}
      </fieldset>
      <Choice label="File" all="all files" names={index.files} chosen={filter.file} onChoose={file => set({ file })} />
      <Choice
        label="Reference"
        all="all references"
        names={index.references}
        chosen={filter.reference}
        onChoose={reference => set({ reference })}
      />
      <select
        aria-label="Order"
        value={filter.order}
        onChange={event => set({ order: event.currentTarget.value as Order })}
      >
        <option value="place">by place</option>
        <option value="score">by weight</option>
        <option value="edits">by edits</option>
      </select>
      <p role="status">
        {formatCount(count)} of {countOf(index.n, 'finding')}
        {searching && ` · reading texts, ${Math.round(progress * 100)}%`}
        {isRestricted(filter) && (
          <button type="button" class="plain" onClick={() => onFilter(noFilter)}>
            show all
          </button>
        )}
      </p>
    </search>
  )
}

interface ChoiceProps {
  label: string
  all: string
  names: readonly string[]
  chosen: number
  onChoose: (place: number) => void
}

function Choice({ label, all, names, chosen, onChoose }: ChoiceProps): VNode | null {
  if (names.length < 2) return null
  return (
    <select aria-label={label} value={chosen} onChange={event => onChoose(Number(event.currentTarget.value))}>
      <option value={-1}>{all}</option>
      {names.map((name, i) => (
        <option key={name} value={i}>
          {name}
        </option>
      ))}
    </select>
  )
}
