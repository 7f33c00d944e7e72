/**
 * read: a field given by hand → the strings it names. `/a/b/0` is a JSON pointer (RFC 6901) in which `*`
 * stands for every element or column; anything else is the name of one column.
 */
import { hasText, isRow, type Row } from './fields.ts'

/** A string and where it stands, in the form of `Document.field`. */
export interface Pointed {
  field: string
  text: string
}

function splitPointer(pointer: string): string[] {
  if (!pointer.startsWith('/')) return [pointer]
  return pointer
    .slice(1)
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Strings at the pointer; null if nothing stands there at all. */
export function readPointer(row: Row, pointer: string): Pointed[] | null {
  let places: { field: string; value: unknown }[] = [{ field: '', value: row }]
  for (const step of splitPointer(pointer)) places = places.flatMap(place => stepInto(place, step))
  if (places.length === 0) return null
  const out: Pointed[] = []
  for (const { field, value } of places) {
    if (hasText(value)) out.push({ field, text: value })
    else if (Array.isArray(value)) {
      for (const [i, text] of value.entries()) if (hasText(text)) out.push({ field: `${field}[${i}]`, text })
    }
  }
  return out
}

function stepInto(
  { field, value }: { field: string; value: unknown },
  step: string,
): { field: string; value: unknown }[] {
  if (Array.isArray(value)) {
    if (step === '*') return value.map((element, i) => ({ field: `${field}[${i}]`, value: element }))
    const i = /^\d+$/.test(step) ? Number(step) : -1
    return i >= 0 && i < value.length ? [{ field: `${field}[${i}]`, value: value[i] }] : []
  }
  if (!isRow(value)) return []
  const keys = step === '*' ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : []
  return keys.map(key => ({ field: field === '' ? key : `${field}.${key}`, value: value[key] }))
}
