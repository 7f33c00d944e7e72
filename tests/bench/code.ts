/**
 * Bench: code disguised. Declared identifiers renamed, comments taken out, layout changed, statements left as they
 * are. By regular expressions over any curly-brace or Python-like language; what they miss stays as it was.
 */
import { type Change, changeDraft, type Draft } from './draft.ts'
import type { Random } from './random.ts'

const keywords = new Set(
  `abstract and args array as assert async auto await base begin bool boolean break byte case catch char class cls console const continue def default
del delegate delete do double elif else end endif enum error event except explicit export extends extern false final finally float fn for foreach
from func function global goto if implements implicit import in include inline instanceof int integer interface internal is kwargs lambda let list long main
match module mut namespace native new nil none not null number object of operator or out override package pass print printf private
protected public pub raise range readonly ref register require return returns rust self set sealed short signed sizeof static std str string struct super
switch sync synchronized template then this throw throws trait transient true try tuple type typedef typeof undefined union unless unsigned until use
using var vector virtual void volatile when where while with yield String System Integer Object Math None True False List Map Set Exception
SELECT FROM WHERE INSERT INTO VALUES UPDATE TABLE CREATE JOIN ORDER GROUP BY AND OR NOT NULL AS ON`.split(/\s+/),
)

const renameTo =
  `alpha beta gamma delta item entry node record cell unit block part piece chunk slot token field holder bucket carrier basket handle cursor marker flag
counter total amount tally sum figure gauge level depth width span extent offset place spot point index pos key label tag title caption text line word
phrase data info source target origin goal result answer outcome product output response reply value score rank grade weight cost price rate ratio left
right upper lower first last next prev head tail start stop begin finish low high near far outer inner parent child owner member worker helper agent
builder maker runner finder reader writer loader parser keeper solver picker mapper sorter checker handler manager driver engine core kernel shell frame
panel view page screen widget shape circle square grid table chart graph tree leaf branch root path route road step move jump turn walk scan seek probe
fetch pull push send take give open close load save keep hold drop clear reset apply build make form mold craft parse check verify compute evaluate
process convert transform translate adjust update revise amend collect gather group merge join split divide share filter choose select decide`
    .trim()
    .split(/\s+/)

const shield =
  /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?<!:)\/\/[^\n]*|(?<=^|\s)#(?!include|define|if|ifdef|ifndef|endif|pragma|[0-9a-fA-F]{3,8}\b)[^\n]*/gm

/** Stretches of code in a text: the inside of fences, or all of it if there are none and `whole`. */
function findCode(text: string, whole: boolean): [number, number][] {
  const spans: [number, number][] = []
  for (const match of text.matchAll(/```[^\n]*\n([\s\S]*?)(?:```|$)/g)) {
    const start = match.index + match[0].indexOf('\n') + 1
    spans.push([start, start + match[1]!.length])
  }
  return spans.length === 0 && whole ? [[0, text.length]] : spans
}

/** Code with strings and comments blanked, same length. */
const blank = (code: string): string => code.replace(shield, run => run.replace(/[^\n]/g, ' '))

const declarations = [
  /\b(?:def|function|func|fn|class|interface|struct|enum|let|const|var|val)\s+([A-Za-z_]\w*)/g,
  /\bfor\s*\(?\s*(?:const|let|var|int|auto)?\s*([A-Za-z_]\w*)\s*(?:,\s*([A-Za-z_]\w*)\s*)?(?:in|of|:|=)/g,
  /\b(?:int|long|double|float|char|bool|boolean|String|string|auto|void|byte|short|size_t|List<\w+>|Map<[\w, ]+>|\w+\[\]|[A-Z]\w*)\s+([a-z_]\w*)\s*(?=[=;,(){[:])/g,
  /^\s*([A-Za-z_]\w*)\s*(?:,\s*([A-Za-z_]\w*)\s*)?=(?!=)/gm,
]
const parameterLists = /\b(?:def|function|func|fn)\s+\w*\s*\(([^)]*)\)|\(([\w\s,]*)\)\s*=>/g

function findDeclared(code: string): Set<string> {
  const clean = blank(code)
  const names = new Set<string>()
  for (const pattern of declarations) {
    for (const match of clean.matchAll(pattern)) {
      for (const name of match.slice(1)) if (name) names.add(name)
    }
  }
  for (const match of clean.matchAll(parameterLists)) {
    for (const part of (match[1] ?? match[2] ?? '').split(',')) {
      const name = part.trim().match(/^[*&]*(?:\w+\s+)?([A-Za-z_]\w*)/)?.[1]
      if (name) names.add(name)
    }
  }
  for (const name of names) if (keywords.has(name) || name.startsWith('__')) names.delete(name)
  return names
}

/** Keeps the shape of the old name: snake, camel, Pascal or capitals; single letters stay single. */
function drawIdentifier(from: string, random: Random): string {
  if (from.length === 1) return random.pick([...'abcdefghkmnpqrstuvwxyz'].filter(letter => letter !== from))
  const words = [random.pick(renameTo), ...(random.chance(0.6) ? [random.pick(renameTo)] : [])]
  const pascal = (word: string): string => word[0]!.toUpperCase() + word.slice(1)
  if (/^[A-Z][A-Z\d_]*$/.test(from)) return words.join('_').toUpperCase()
  if (/^[A-Z]/.test(from)) return words.map(pascal).join('')
  return from.includes('_') ? words.join('_') : words[0]! + words.slice(1).map(pascal).join('')
}

/** Renames what the code declares, consistently. */
export function renameIdentifiers(draft: Draft, random: Random, whole: boolean): Draft {
  const changes: Change[] = []
  const names = new Map<string, string>()
  for (const [start, end] of findCode(draft.text, whole)) {
    const code = draft.text.slice(start, end)
    for (const name of findDeclared(code)) {
      let drawn = drawIdentifier(name, random)
      for (let i = 2; [...names.values()].includes(drawn) && !names.has(name); i++)
        drawn = drawIdentifier(name, random) + i
      if (!names.has(name)) names.set(name, drawn)
    }
    for (const match of blank(code).matchAll(/[A-Za-z_]\w*/g)) {
      const to = names.get(match[0])
      const at = start + match.index
      if (to) changes.push({ start: at, end: at + match[0].length, to, kind: 'identifier' })
    }
  }
  return changeDraft(draft, changes)
}

/** Takes out comments and doc strings. */
export function stripComments(draft: Draft, whole: boolean): Draft {
  const changes: Change[] = []
  for (const [start, end] of findCode(draft.text, whole)) {
    const code = draft.text.slice(start, end)
    for (const match of code.matchAll(shield)) {
      const [run] = match
      const docString = /^(?:"""|''')/.test(run) && /(?:^|\n)\s*$/.test(code.slice(0, match.index))
      if (!docString && !/^(?:\/\*|\/\/|#|<!--)/.test(run)) continue
      const before = code.slice(0, match.index).match(/(?:\n|^)?[ \t]*$/)![0].length
      const at = start + match.index
      changes.push({ start: at - before, end: at + run.length, to: '', kind: 'deletion' })
    }
  }
  return changeDraft(draft, changes)
}

/** Other indentation, blank lines, spaces around operators, braces on their own lines. */
export function relayCode(draft: Draft, random: Random, whole: boolean): Draft {
  const changes: Change[] = []
  const tabs = random.chance(0.5)
  const brace = random.chance(0.5)
  const tight = random.chance(0.5)
  for (const [start, end] of findCode(draft.text, whole)) {
    const code = blank(draft.text.slice(start, end))
    const put = (at: number, length: number, to: string): number =>
      changes.push({ start: start + at, end: start + at + length, to, kind: 'format' })
    for (const match of code.matchAll(/^( {2,}|\t+)(?=\S)/gm)) {
      const run = match[1]!
      const indent = run.includes('\t')
        ? '  '.repeat(run.length)
        : tabs
          ? '\t'.repeat(Math.ceil(run.length / 4))
          : run + run
      put(match.index, run.length, indent)
    }
    for (const match of code.matchAll(/\n(?:[ \t]*\n)+/g)) put(match.index, match[0].length, '\n')
    if (brace) for (const match of code.matchAll(/(?<=\S) \{(?=\n)/g)) put(match.index, 2, '\n{')
    for (const match of code.matchAll(tight ? /(?<=\w) ([=+*/<>]=?) (?=\w)/g : /(?<=\w)([=+*/<>]=?)(?=\w)/g)) {
      put(match.index, match[0].length, tight ? match[1]! : ` ${match[1]} `)
    }
  }
  return changeDraft(draft, changes)
}
