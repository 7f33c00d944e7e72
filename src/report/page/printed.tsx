/**
 * page: what stands on paper in place of the list: a table of the findings that pass the filters. It is always in
 * the page, unseen on screen: what is made only when printing begins comes too late for the count of sheets.
 */

import type { VNode } from 'preact'
import { kindOrder, type PageIndex, type PageWords } from '../format.ts'
import { countOf, formatCount } from '../wording.ts'
import { Shown } from './text.tsx'

const printedRows = 200

interface PrintedProps {
  index: PageIndex
  words: PageWords
  /** places of the findings to print, in order */
  rows: readonly number[]
}

/** The findings that pass, as a table; the rest are counted. */
export function Printed({ index, words, rows }: PrintedProps): VNode {
  return (
    <div class="printed">
      <table>
        <thead>
          <tr>
            {['class', 'kind', 'file', 'record', 'reference', 'distinctive', 'edits', 'first words'].map(name => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, printedRows).map(place => (
            <tr key={place}>
              <td>{index.class[place]}</td>
              <td>{kindOrder[Number(index.kind[place])]}</td>
              <td>
                <bdi>
                  <Shown text={index.files[index.file[place]]} />
                </bdi>
              </td>
              <td>{index.record[place]}</td>
              <td>
                <bdi>
                  <Shown text={index.references[index.reference[place]]} />
                </bdi>
              </td>
              <td>{formatCount(index.distinctive[place])}</td>
              <td>{index.edits[place]}</td>
              <td dir="auto">
                <Shown text={(words.gist[place] ?? '').slice(0, 60)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > printedRows && <p>And {countOf(rows.length - printedRows, 'further finding')} not printed.</p>}
      <h3>The open finding</h3>
    </div>
  )
}
