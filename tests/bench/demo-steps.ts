/**
 * Changes of layout that the demo's vendor makes: text → text. Part of `demo-corpora.ts`.
 * Fenced code is left alone by the steps for prose, and prose by the steps for code.
 */

/** A change of layout (`corpora/README.md`). */
export type Step = 'strip-markdown' | 'list-to-prose' | 'join-lines' | 'add-bullets' | 'strip-comments' | 'reindent'

const listItem = /^\s*(?:[-*•→]|\d{1,2}[.)、])\s+/
const wholeLineComment = /^\s*(?:\/\/|--|\/\*|\*\/?(?:\s|$)|#(?!!|include|define|if|endif|pragma))/

/** Runs `change` over the lines outside (or inside) fenced code; fence lines go to `fence`. */
function mapLines(text: string, wantCode: boolean, change: (line: string) => string | null): string {
  let inCode = false
  const out: string[] = []
  for (const line of text.split('\n')) {
    const isFence = /^\s*```/.test(line)
    if (isFence) inCode = !inCode
    const changed = isFence || inCode !== wantCode ? line : change(line)
    if (changed !== null) out.push(changed)
  }
  return out.join('\n')
}

/** Takes off headings, emphasis, inline code marks, bullets, table rules and fences. */
function stripMarkdown(text: string): string {
  const stripped = mapLines(text, false, line => {
    if (/^\s*\|[\s:|-]+\|\s*$/.test(line)) return null
    const cells = /^\s*\|(.*)\|\s*$/.exec(line)
    const plain = cells
      ? cells[1]!
          .split('|')
          .map(cell => cell.trim())
          .join(', ')
      : line
    return plain
      .replace(/^\s*#{1,6}\s+/, '')
      .replace(/^\s*>\s?/, '')
      .replace(/^(\s*)[-*•→]\s+/, '$1')
      .replace(/\*\*(.+?)\*\*/g, '$1')
      .replace(/(?<![\w*])\*([^*\s][^*]*?)\*(?![\w*])/g, '$1')
      .replace(/`([^`]+)`/g, '$1')
  })
  return stripped.replace(/^\s*```.*\n?/gm, '')
}

/** Runs the items of each list together to one paragraph. */
function listToProse(text: string): string {
  const out: string[] = []
  let wasItem = false
  for (const line of text.split('\n')) {
    const isItem = listItem.test(line)
    if (!isItem) {
      out.push(line)
    } else {
      const item = line.replace(listItem, '').trim()
      const end = /\p{Script=Han}/u.test(item) ? '。' : '.'
      const sentence = /[.!?:;。！？：；…]["')”*_]*$/.test(item) ? item : item + end
      if (wasItem) out[out.length - 1] += (end === '。' ? '' : ' ') + sentence
      else out.push(sentence)
    }
    wasItem = isItem
  }
  return out.join('\n')
}

function addBullets(text: string): string {
  return text
    .split('\n\n')
    .map(paragraph => (/^\s*[|`#]/.test(paragraph) || listItem.test(paragraph) ? paragraph : `- ${paragraph}`))
    .join('\n\n')
}

const changes: Record<Step, (text: string) => string> = {
  'strip-markdown': stripMarkdown,
  'list-to-prose': listToProse,
  'join-lines': text => text.replace(/[ \t]*\n\s*/g, ' '),
  'add-bullets': addBullets,
  'strip-comments': text => mapLines(text, true, line => (wholeLineComment.test(line) ? null : line)),
  reindent: text => mapLines(text, true, line => line.replace(/^(?: {4})+/, indent => ' '.repeat(indent.length / 2))),
}

/** Applies the steps in the order given. */
export function reformat(text: string, steps: Step[]): string {
  return steps.reduce((changed, step) => {
    const change = changes[step]
    if (!change) throw new Error(`unknown step ${step}`)
    return change(changed)
  }, text)
}
