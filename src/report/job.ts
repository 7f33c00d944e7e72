/** report: bundle → Markdown for the summary of a CI job: what the scan was to fail on, then the report. */
import type { Bundle } from '../types.ts'
import { renderMarkdown } from './markdown.ts'
import { quoteMarkdown } from './safe.ts'

/** Renders the summary of a job. @param judged conditions with what was measured, and whether they fail the job */
export function renderJobSummary(bundle: Bundle, judged: readonly { fails: boolean; said: string }[]): string {
  const lines = judged.map(({ fails, said }) => `- ${fails ? '**fails**' : 'holds'}: ${quoteMarkdown(said)}`)
  const conditions = lines.length === 0 ? '' : `## Fail on\n\n${lines.join('\n')}\n\n`
  return `${conditions}${renderMarkdown(bundle)}\n`
}
