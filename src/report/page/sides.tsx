/**
 * page: the two texts of a finding, side by side or one written over the other. What belongs together on both
 * sides lights up together.
 */

import type { VNode } from 'preact'
import { useCallback, useEffect, useRef } from 'preact/hooks'
import type { Edit, Finding } from '../../types.ts'
import type { PageText } from '../format.ts'
import { type Segment, segmentInline, segmentSide } from '../segments.ts'
import { explainedMeaning, inkOf } from '../wording.ts'
import { languageOf, looksLikeCode, Shown } from './text.tsx'

export type Mode = 'side' | 'over'

interface SidesProps {
  finding: Finding
  suspect: PageText | undefined
  reference: PageText | undefined
  mode: Mode
  /** the edit in focus, or -1 */
  edit: number
  onEdit: (edit: number) => void
}

/** Longest text that is written above the words that stand in its place. */
const rubyUnits = 40

/** Says what an edit did, for a tooltip and for readers who do not see it. */
export function describeEdit(edit: Edit): string {
  const done = { replace: 'replaced', delete: 'deleted', insert: 'inserted', move: 'moved' }[edit.op] ?? edit.op
  const what = edit.op === 'insert' ? edit.to : edit.op === 'replace' ? `${edit.from} → ${edit.to}` : edit.from
  return `${edit.kind}, ${done}: ${what}`
}

/** Both texts in the mode asked for. */
export function Sides({ finding, suspect, reference, mode, edit, onEdit }: SidesProps): VNode {
  const root = useRef<HTMLDivElement>(null)
  const light = useCallback((pair: string) => {
    for (const lit of root.current?.querySelectorAll('.lit') ?? []) lit.classList.remove('lit')
    if (!pair) return
    for (const part of root.current?.querySelectorAll(`[data-pair="${pair}"]`) ?? []) part.classList.add('lit')
  }, [])
  useEffect(() => {
    light(edit >= 0 ? `edit-${edit}` : '')
    if (edit < 0) return
    for (const part of root.current?.querySelectorAll(`[data-pair="edit-${edit}"]`) ?? []) {
      part.scrollIntoView({ block: 'nearest' })
    }
  }, [edit, finding, mode, light])
  const pairUnder = (event: Event): string => {
    const part = event.target instanceof Element ? event.target.closest('[data-pair]') : null
    return part instanceof HTMLElement ? (part.dataset.pair ?? '') : ''
  }
  const choose = (event: Event): void => {
    const pair = pairUnder(event)
    if (pair.startsWith('edit-')) onEdit(Number(pair.slice(5)))
  }
  const pane = (title: string, text: PageText | undefined, segments: Segment[]): VNode => (
    <Pane
      title={title}
      text={text}
      excerpt={finding[title === 'reference' ? 'reference' : 'suspect'].excerpt}
      segments={segments}
      finding={finding}
      over={mode === 'over'}
    />
  )
  return (
    // lighting follows the pointer; the keys n and p move through the edits
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      ref={root}
      class={`sides ${mode}`}
      onPointerOver={event => light(pairUnder(event) || (edit >= 0 ? `edit-${edit}` : ''))}
      onPointerLeave={() => light(edit >= 0 ? `edit-${edit}` : '')}
      onClick={choose}
    >
      {mode === 'side' ? (
        <>
          {pane('reference', reference, reference ? segmentSide(finding, 'reference', reference) : [])}
          {pane('suspect', suspect, suspect ? segmentSide(finding, 'suspect', suspect) : [])}
        </>
      ) : (
        pane(
          suspect ? 'suspect, over the reference' : 'reference',
          suspect ?? reference,
          segmentInline(finding, suspect, reference),
        )
      )}
    </div>
  )
}

interface PaneProps {
  title: string
  text: PageText | undefined
  /** what a redacted edition shows in place of the text */
  excerpt: string | undefined
  segments: Segment[]
  finding: Finding
  over: boolean
}

function Pane({ title, text, excerpt, segments, finding, over }: PaneProps): VNode {
  return (
    <section class="pane" aria-label={title}>
      <h4>{title}</h4>
      {text ? (
        <div class={`leaf ${looksLikeCode(text.text) ? 'code' : ''}`} dir="auto" lang={languageOf(text.text)}>
          {segments.map((segment, i) => (
            <Part key={i} segment={segment} edit={finding.edits[segment.edit]} over={over} />
          ))}
        </div>
      ) : (
        <>
          <p class="faint">
            {excerpt?.startsWith('#')
              ? 'The text is withheld; a digest stands for it, the same for equal texts.'
              : 'This page does not hold the whole text.'}
          </p>
          {excerpt !== undefined && (
            <div class="leaf" dir="auto" lang={languageOf(excerpt)}>
              <Shown text={excerpt} />
            </div>
          )}
        </>
      )}
    </section>
  )
}

function Part({ segment, edit, over }: { segment: Segment; edit: Edit | undefined; over: boolean }): VNode {
  const { text, role, pair } = segment
  if (!edit) {
    if (role === 'equal') {
      return (
        <span
          class={`equal ${segment.explained ? `explained by-${segment.explained}` : ''}`}
          data-pair={pair}
          title={segment.explained ? explainedMeaning[segment.explained] : undefined}
        >
          <Shown text={text} />
        </span>
      )
    }
    return (
      <span class={role}>
        <Shown text={text} />
      </span>
    )
  }
  const label = describeEdit(edit)
  const classes = `edit ink-${inkOf(edit.kind)} op-${edit.op}${text === '' ? ' nothing' : ''}`
  return (
    <span class={classes} data-pair={pair} role="img" aria-label={label} title={label}>
      {over ? <Over edit={edit} text={text} /> : <Shown text={text} />}
    </span>
  )
}

/** The suspect's words with the reference's above them, or before them where they are long. */
function Over({ edit, text }: { edit: Edit; text: string }): VNode {
  if (edit.op === 'move' || edit.from === '') return <Shown text={text} />
  const was = (
    <del>
      <Shown text={edit.from} />
    </del>
  )
  if (text === '' || edit.from.length > rubyUnits || /\n/.test(edit.from + text)) {
    return (
      <>
        {was}
        <ins>
          <Shown text={text} />
        </ins>
      </>
    )
  }
  return (
    <ruby>
      <ins>
        <Shown text={text} />
      </ins>
      <rt>{was}</rt>
    </ruby>
  )
}
