/**
 * page: one finding: where it stands, what was measured, both texts, its edits.
 */

import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Finding } from '../../types.ts'
import type { PageChunk, PageFinding, PageIndex } from '../format.ts'
import {
  alternativeEvidence,
  alternativeMeaning,
  classShort,
  countOf,
  explainedLabel,
  explainedMeaning,
  formatCount,
  formatShare,
  inkOf,
  inks,
  kindMeaning,
  readingOfEdits,
  spellKey,
} from '../wording.ts'
import { readChunk } from './data.ts'
import { describeEdit, type Mode, Sides } from './sides.tsx'
import { Shown } from './text.tsx'

interface DetailProps {
  index: PageIndex
  place: number
  mode: Mode
  onMode: (mode: Mode) => void
  edit: number
  onEdit: (edit: number) => void
}

const explainers = ['prompt', 'background', 'complexity'] as const

/** Edits listed under the texts. */
const listedEdits = 200

/** Shows the open finding; reads its chunk when it is not at hand. */
export function Detail({ index, place, mode, onMode, edit, onEdit }: DetailProps): VNode {
  const [chunk, setChunk] = useState<{ number: number; chunk: PageChunk } | undefined>()
  const [failure, setFailure] = useState('')
  const number = Math.floor(place / index.chunkSize)
  useEffect(() => {
    let current = true
    readChunk(number).then(
      read => current && setChunk({ number, chunk: read }),
      error => current && setFailure(String(error)),
    )
    return () => {
      current = false
    }
  }, [number])
  if (failure) return <p role="alert">{failure}</p>
  if (chunk?.number !== number) return <p class="faint">Reading …</p>
  const row = chunk.chunk.findings[place % index.chunkSize]
  return (
    <article class="detail" aria-label={`Finding ${row.finding.id}`}>
      <Head finding={row.finding} />
      <Measures finding={row.finding} />
      <ModeSwitch mode={mode} onMode={onMode} finding={row.finding} />
      <Texts row={row} chunk={chunk.chunk} mode={mode} edit={edit} onEdit={onEdit} />
      <Edits finding={row.finding} edit={edit} onEdit={onEdit} />
      <Alternatives finding={row.finding} />
    </article>
  )
}

function Head({ finding }: { finding: Finding }): VNode {
  const { suspect, reference } = finding
  return (
    <header class={`grade-${finding.class}`}>
      <h3>
        <span class="letter">{finding.class}</span>
        <span>{finding.kind}</span>
        <span class="faint">{kindMeaning[finding.kind]}</span>
      </h3>
      <dl class="places">
        <dt>suspect</dt>
        <dd>
          <Place side={suspect} />
        </dd>
        <dt>reference</dt>
        <dd>
          <bdi class="mono">
            <Shown text={reference.index} />
          </bdi>{' '}
          {reference.model !== null && (
            <bdi>
              <Shown text={`(${reference.model}) `} />
            </bdi>
          )}
          <Place side={reference} />
        </dd>
        <dt>finding</dt>
        <dd>
          <a class="mono" href={`#finding=${encodeURIComponent(finding.id)}`}>
            {finding.id}
          </a>{' '}
          <span class="faint">
            class {finding.class}: {classShort[finding.class]}
          </span>
        </dd>
      </dl>
    </header>
  )
}

function Place({ side }: { side: Finding['suspect'] | Finding['reference'] }): VNode {
  return (
    <>
      <bdi class="mono">
        <Shown text={side.file} />
      </bdi>{' '}
      record {side.record},{' '}
      <bdi class="mono">
        <Shown text={side.field} />
      </bdi>
      , units {side.span[0]}–{side.span[1]}
      {side.id !== null && (
        <>
          , id{' '}
          <bdi class="mono">
            <Shown text={side.id} />
          </bdi>
        </>
      )}
    </>
  )
}

function Measures({ finding }: { finding: Finding }): VNode {
  const most = Math.max(finding.score, finding.bestCompetitor, 1e-9)
  return (
    <dl class="measures">
      <Measure name="identity" value={formatShare(finding.identity)}>
        matches of aligned columns
      </Measure>
      <Measure name="tokens" value={formatCount(finding.tokens)}>
        {formatCount(finding.distinctiveTokens)} distinctive
      </Measure>
      <Measure name="suspect covered" value={formatShare(finding.suspectContainment)}>
        {formatShare(finding.referenceContainment)} of the reference
      </Measure>
      <Measure name="explained by prompt" value={formatShare(finding.explainedByPrompt)}>
        {formatShare(finding.explainedByBackground)} by background
      </Measure>
      <Measure name="weight" value={`${formatCount(finding.score)} bits`}>
        <svg class="duel" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
          <rect class="mine" width={Math.max(0, (finding.score / most) * 100)} height="5" />
          <rect class="other" y="7" width={Math.max(0, (finding.bestCompetitor / most) * 100)} height="5" />
        </svg>
        best competitor {formatCount(finding.bestCompetitor)}
      </Measure>
    </dl>
  )
}

function Measure({ name, value, children }: { name: string; value: string; children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b> <span class="faint">{children}</span>
      </dd>
    </div>
  )
}

function ModeSwitch({ mode, onMode, finding }: { mode: Mode; onMode: (mode: Mode) => void; finding: Finding }): VNode {
  const present = new Set(finding.edits.map(edit => inkOf(edit.kind)))
  return (
    <div class="switch">
      <fieldset aria-label="View">
        <button type="button" aria-pressed={mode === 'side'} onClick={() => onMode('side')}>
          side by side
        </button>
        <button type="button" aria-pressed={mode === 'over'} onClick={() => onMode('over')}>
          written over
        </button>
      </fieldset>
      <ul class="inks" aria-label="Inks">
        {inks
          .filter(({ ink }) => present.has(ink))
          .map(({ ink, label }) => (
            <li key={ink} class={`ink-${ink}`}>
              <i class={`swatch ink-${ink}`} />
              {label}
            </li>
          ))}
        {explainers
          .filter(by => (finding.explained?.[by]?.length ?? 0) > 0)
          .map(by => (
            <li key={by} title={explainedMeaning[by]}>
              <span class={`explained by-${by}`}>{explainedLabel[by]}</span>
            </li>
          ))}
      </ul>
    </div>
  )
}

interface TextsProps {
  row: PageFinding
  chunk: PageChunk
  mode: Mode
  edit: number
  onEdit: (edit: number) => void
}

function Texts({ row, chunk, mode, edit, onEdit }: TextsProps): VNode {
  const suspect = chunk.texts[row.suspect]
  const reference = chunk.texts[row.reference]
  const { finding } = row
  if (!suspect && !reference && finding.suspect.excerpt === undefined && finding.reference.excerpt === undefined) {
    return (
      <p class="faint redacted">This page does not hold the texts of this finding. Its spans and edits stand below.</p>
    )
  }
  return <Sides finding={finding} suspect={suspect} reference={reference} mode={mode} edit={edit} onEdit={onEdit} />
}

function Edits({ finding, edit, onEdit }: { finding: Finding; edit: number; onEdit: (edit: number) => void }): VNode {
  if (finding.edits.length === 0) return <p class="faint">No edit: both passages agree word for word.</p>
  return (
    <details class="edits" open={finding.edits.length <= 12}>
      <summary>
        {formatCount(finding.edits.length)} {finding.edits.length === 1 ? 'edit' : 'edits'}
      </summary>
      <p class="faint">{readingOfEdits}</p>
      <ol>
        {finding.edits.slice(0, listedEdits).map((item, i) => (
          <li key={`${item.suspect[0]}-${item.reference[0]}-${item.op}`}>
            <button
              type="button"
              class={`ink-${inkOf(item.kind)}`}
              aria-pressed={i === edit}
              title={describeEdit(item)}
              onClick={() => onEdit(i)}
            >
              <span class="kind">{item.kind}</span>{' '}
              <bdi class="was">
                <Shown text={item.from || '∅'} />
              </bdi>{' '}
              →{' '}
              <bdi class="now">
                <Shown text={item.to || '∅'} />
              </bdi>
            </button>
          </li>
        ))}
      </ol>
      {finding.edits.length > listedEdits && (
        <p class="faint">and {formatCount(finding.edits.length - listedEdits)} more</p>
      )}
    </details>
  )
}

/** What else could explain the match, and what the measures say of it. */
function Alternatives({ finding }: { finding: Finding }): VNode {
  const { competitor, alsoMatches, alternatives } = finding
  return (
    <section class="alternatives" aria-label="Alternatives considered">
      <p class="faint">
        {competitor ? (
          <>
            Of all {competitor.side === 'background' ? 'background documents' : 'other references'},{' '}
            <bdi class="mono">
              <Shown text={competitor.index} />
            </bdi>{' '}
            record {competitor.record} explains this passage best: {formatCount(finding.bestCompetitor)} of{' '}
            {formatCount(finding.score)} bits.
          </>
        ) : (
          'No background document and no other reference explains any of this passage.'
        )}{' '}
        {alsoMatches > 0 &&
          `${countOf(alsoMatches, 'further reference output')} ${alsoMatches === 1 ? 'ties' : 'tie'} to it as well.`}
      </p>
      {alternatives !== undefined && alternatives.length > 0 && (
        <table>
          <caption>Alternatives considered</caption>
          <tbody>
            {alternatives.map(({ explanation, evidence, measures }) => (
              <tr key={explanation}>
                <th scope="row">{alternativeMeaning[explanation] ?? explanation}</th>
                <td class={`text evidence-${evidence}`}>{alternativeEvidence[evidence] ?? evidence}</td>
                <td class="text">
                  {Object.entries(measures)
                    .map(([name, value]) => `${spellKey(name)} ${Number(value.toFixed(3))}`)
                    .join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
