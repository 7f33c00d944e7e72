/** cli: what is wrong with a file that the program reads settings or lists from. */
import * as v from 'valibot'

/** The first fault of a checked value: where it stands, and what was expected. @param whole name of the whole value */
export function sayFault(issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]], whole: string): string {
  const [issue] = issues
  return `${v.getDotPath(issue) ?? whole}: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`
}
