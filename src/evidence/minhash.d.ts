/** The part of npm `minhash` 0.0.9 that is used; it ships no types. */
declare module 'minhash' {
  interface Minhash {
    update(text: string): void
    /** estimated Jaccard similarity of the sets of texts that both were updated with */
    jaccard(other: Minhash): number
  }
  const minhash: { Minhash: new (options?: { numPerm?: number; seed?: number }) => Minhash }
  export default minhash
}
