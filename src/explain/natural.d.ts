/** The one file of `natural` that explain uses; single files of that package come without types. */
declare module 'natural/lib/natural/stemmers/porter_stemmer.js' {
  const porter: { stem(word: string): string }
  export default porter
}
