/**
 * Bench: five plain ways to anonymise a text for style, written apart from the program's own masking.
 *
 * Names are capitalised words inside sentences, found by an expression; numbers are digits.
 */

const name = /(?<=[\p{Ll},;] )\p{Lu}[\p{L}’'-]+(?: \p{Lu}[\p{L}’'-]+)*/gu
const number = /\d[\d.,]*\d|\d/g
const pseudonyms = [
  'Harriet Vale',
  'Tomas Brandt',
  'Lowell',
  'Priya Nair',
  'Ostend',
  'Meridian Corp',
  'Calder',
  'Juno Park',
]

function numberNames(text: string): string {
  const known = new Map<string, number>()
  return text.replace(name, found => {
    if (!known.has(found)) known.set(found, known.size + 1)
    return `[NAME_${known.get(found)}]`
  })
}

function renameAlike(found: string): string {
  let sum = 0
  for (const character of found) sum += character.charCodeAt(0)
  return pseudonyms[sum % pseudonyms.length]
}

/** Each takes a text and gives it back without its names. */
export const anonymisers: Record<string, (text: string) => string> = {
  'tags in angle brackets': text => text.replace(name, '<PERSON>').replace(number, '<NUMBER>'),
  'numbered placeholders': numberNames,
  'other names': text => text.replace(name, renameAlike).replace(number, '17'),
  deletion: text => text.replace(name, '').replace(/ {2,}/g, ' '),
  redaction: text => text.replace(name, '[REDACTED]').replace(number, 'XX'),
}
