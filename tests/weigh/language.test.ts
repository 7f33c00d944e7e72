import { describe, expect, it } from 'vitest'
import { tokenise } from '../../src/text/tokens.ts'
import { describeLanguage, isTranslation, type Language } from '../../src/weigh/language.ts'
import { PromptCache } from '../../src/weigh/prompts.ts'

const texts: Record<Language, string> = {
  english:
    'The dentist looks after the teeth of her patients, and she tells them how to keep their gums in good health over the years.',
  european:
    'Le dentiste prend soin des dents de ses patients, et elle leur dit comment garder les gencives en bonne santé pendant des années.',
  ideographic: '牙医照顾病人的牙齿，并且告诉他们怎样在多年里保持牙龈的健康，还会解释每天应该怎样刷牙。',
  other:
    'Стоматолог заботится о зубах своих пациентов и рассказывает им, как сохранить здоровье дёсен на долгие годы и как чистить зубы.',
}

const languageOf = (text: string): Language | undefined => {
  const stream = tokenise(text)
  return describeLanguage(text, stream, [0, stream.n])
}
const translates = (text: string, prompt: string): boolean => {
  const stream = tokenise(text)
  return isTranslation(text, stream, [0, stream.n], new PromptCache().read(prompt))
}

describe('the language of a text', () => {
  it.each(Object.entries(texts))('is told: %s', (language, text) => {
    expect(languageOf(text)).toBe(language)
  })

  it.each([
    'Der Zahnarzt kümmert sich um die Zähne und erklärt, wie man das Zahnfleisch gesund hält und welche Bürste nicht gut ist.',
    'El dentista cuida los dientes de sus pacientes y les explica cómo mantener las encías sanas por muchos años más.',
  ])('is told of other European texts', text => {
    expect(languageOf(text)).toBe('european')
  })

  it.each([
    ['hashtags', Array.from({ length: 30 }, (_, i) => `#womeninscience${'abcdefghij'[i % 10]}`).join(' ')],
    [
      'ingredients',
      'vodka, tomato juice, lemon juice, celery salt, black pepper, horseradish, smoked paprika, celery stalk, olives',
    ],
    ['very little', 'the cat and the dog'],
  ])('is not told of %s', (_, text) => {
    expect(languageOf(text)).toBeUndefined()
  })

  it('is that of the words however many letters were exchanged for their look-alikes', () => {
    expect(languageOf(texts.english.replaceAll('e', 'е').replaceAll('o', 'о'))).toBe('english')
  })
})

describe('a translation', () => {
  it('is an answer about as long as its prompt and in another language', () => {
    for (const [asked, prompt] of Object.entries(texts))
      for (const [given, text] of Object.entries(texts))
        expect([asked, given, translates(text, prompt)]).toEqual([asked, given, asked !== given])
  })

  it('is told although the order to translate is in the language of the answer', () => {
    expect(translates(texts.english, `Translate this into English: ${texts.european}`)).toBe(true)
  })

  it('is no answer in prose to a prompt of catchwords', () => {
    const prompt =
      'name: Mark nationality: Italian language: English attributes: creative, goal-oriented, motivated skills: engineering, teamwork, design, music'
    expect(translates(texts.english, prompt)).toBe(false)
  })

  it('is no answer far longer than its prompt', () => {
    expect(translates(texts.english.repeat(4), texts.european)).toBe(false)
  })
})
