/** explain: the case of ASCII letters in a text, told by one look. */

/** Does a capital A–Z stand at a unit? */
export function isCapitalAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 65 && unit <= 90
}

/** Does a letter a–z stand at a unit? */
export function isLowerAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 97 && unit <= 122
}
