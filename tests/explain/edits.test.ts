import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explainAlignment } from '../../src/explain/edits.ts'
import { alignPair } from '../../src/match/pair.ts'
import type { Edit } from '../../src/types.ts'
import { alignByLcs, sideOf } from './oracle.ts'

function explain(from: string, to: string): Edit[] {
  const reference = sideOf(from)
  const suspect = sideOf(to)
  return explainAlignment(suspect, reference, alignByLcs(suspect, reference))
}

function brief(edits: Edit[]): string[] {
  return edits.map(edit => `${edit.kind}: ${edit.from} → ${edit.to}`)
}

const english: [string, string, string[]][] = [
  ['It was made by Sam Altman last year.', 'It was made by John Doe last year.', ['person: Sam Altman → John Doe']],
  ['We asked Dr. Okonkwo about it.', 'We asked Dr. Ferreira about it.', ['person: Okonkwo → Ferreira']],
  ['It was trained by OpenAI on text.', 'It was trained by [ORG] on text.', ['organisation: OpenAI → [ORG]']],
  [
    'He joined Delta Consulting in spring.',
    'He joined Omega Partners in spring.',
    ['organisation: Delta Consulting → Omega Partners'],
  ],
  ['They met in Paris again.', 'They met in Springfield again.', ['place: Paris → Springfield']],
  ['They live in New York now.', 'They live in New Haven now.', ['place: New York → New Haven']],
  ['The Zorblax was sold out.', 'The Quimby was sold out.', ['name: Zorblax → Quimby']],
  ['It cost 3,000 in total.', 'It cost 4,500 in total.', ['number: 3,000 → 4,500']],
  ['It took seven days at most.', 'It took nine days at most.', ['number: seven → nine']],
  ['It began on March 5, 2021 at noon.', 'It began on April 9, 2019 at noon.', ['date: March 5, 2021 → April 9, 2019']],
  ['It began on March 5 at noon.', 'It began on March 9 at noon.', ['date: 5 → 9']],
  [
    'Write to help@example.com for more.',
    'Write to info@example.org for more.',
    ['contact: help@example.com → info@example.org'],
  ],
  ['I am ChatGPT and I can help.', 'I am Nova and I can help.', ['model: ChatGPT → Nova']],
  ['The Zorblax was sold out.', 'The [REDACTED] was sold out.', ['placeholder: Zorblax → [REDACTED]']],
  ['the colour of it', 'the color of it', ['spelling: colour → color']],
  ['you will receive it soon', 'you will recieve it soon', ['spelling: receive → recieve']],
  ['he walked to the park', 'he walks to the park', ['wording: walked → walks']],
  ['a big house by the sea', 'a large house by the sea', ['synonym: big → large']],
  [
    'Ann Lee, Bob Ray and I left.',
    '<PERSON>, <PERSON> and I left.',
    ['person: Ann Lee → <PERSON>', 'person: Bob Ray → <PERSON>'],
  ],
  ["It's what it is.", 'It is what it is.', ["wording: 's → is"]],
  ['We came to help them.', 'We came in order to help them.', ['synonym: to → in order to']],
  ['I have seen most people go.', 'I have seen the majority of people go.', ['synonym: most → the majority of']],
  ['They become rich at last.', 'They grow to be rich at last.', ['wording: become → grow to be']],
  ['It sometimes rains in June.', 'It at times rains in June.', ['synonym: sometimes → at times']],
  ['add 1/2 cup of milk', 'add NUM_8/NUM_2 cup of milk', ['number: 1 → NUM_8', 'number: 2 → NUM_2']],
  ['bake for 10-15 minutes', 'bake for <NUM>-<NUM> minutes', ['number: 10 → <NUM>', 'number: 15 → <NUM>']],
  ['the two new rules apply', 'the new two rules apply', ['wording: two new → new two']],
  ['A popular tool for it.', 'A well-liked tool for it.', ['synonym: popular → well-liked']],
  ["Then it'll be done.", 'Then it will be done.', ["wording: it'll → it will"]],
  ['The Best Salad of All', 'The Best calculated of All', ['wording: Salad → calculated']],
  ['How to Plan a Trip', 'How to Arrange a Trip', ['synonym: Plan → Arrange']],
  ['Tom went home early.', 'Valentina went home early.', ['person: Tom → Valentina']],
  ['he was convinced of it', 'he was convincced of it', ['spelling: convinced → convincced']],
  ['beat it for 3-5 minutes', 'beat it for 8-3 minutes', ['number: 3 → 8', 'number: 5 → 3']],
  ['cut 7-1/4 inches off', 'cut 1-5/7 inches off', ['number: 7 → 1', 'number: 1 → 5', 'number: 4 → 7']],
  [
    'We flew a Boeing 747 back.',
    'We flew an Air Express 320 back.',
    ['wording: a → an', 'organisation: Boeing → Air Express', 'number: 747 → 320'],
  ],
  ['It was made by OpenAI for all.', 'It was made by *** for all.', ['organisation: OpenAI → ***']],
  [
    'We met Sam Altman at noon.',
    'We met @@NAME@@ at noon.',
    ['format:  → @', 'person: Sam Altman → @@NAME@@', 'format:  → @@'],
  ],
  ['We met Sam Altman at noon.', 'We met person_3fa9c1 at noon.', ['person: Sam Altman → person_3fa9c1']],
  ['It was made by Sam Altman for all.', 'It was made by ██ ██ for all.', ['person: Sam Altman → ██ ██']],
  ['## Work\nIt was made by OpenAI for all.', '## Work\nIt was made by for all.', ['deletion: OpenAI → ']],
  ['We left Paris\nOslo was next.', 'We left Rome\nBerne was next.', ['place: Paris → Rome', 'place: Oslo → Berne']],
  [
    'Take it out.\n2. Stir it well.',
    'Take it out.\nInstructions:\nStir it well.',
    ['deletion: 2 → ', 'insertion:  → Instructions', 'format: .  → :\n'],
  ],
  [
    'Born on December 5, 1901 – December 15, 1966 in all.',
    'Born on June 6, 1908 – June 26, 1961 in all.',
    ['date: December 5, 1901 → June 6, 1908', 'date: December 15, 1966 → June 26, 1961'],
  ],
  ['it was very good for us', 'it was good for us', ['deletion: very → ']],
  ['it was good for us', 'it was really good for us', ['insertion:  → really']],
  ['**Bold** words and plain words', 'Bold words and plain words', ['format: ** → ']],
  [
    'He thanked OpenAI quickly after that.',
    'He thanked Acme rapidly after that.',
    ['organisation: OpenAI → Acme', 'synonym: quickly → rapidly'],
  ],
  [
    'They saw Palo Alto, California first.',
    'They saw Springfield, Illinois first.',
    ['place: Palo Alto → Springfield', 'place: California → Illinois'],
  ],
]

const chinese: [string, string, string[]][] = [
  ['昨天张伟来过这里。', '昨天李娜来过这里。', ['person: 张伟 → 李娜']],
  ['他毕业于北京大学。', '他毕业于南京大学。', ['organisation: 北京大学 → 南京大学']],
  ['他在腾讯工作多年。', '他在某公司工作多年。', ['organisation: 腾讯 → 某公司']],
  ['我们在上海见面。', '我们在成都见面。', ['place: 上海 → 成都']],
  ['一共有120人参加。', '一共有340人参加。', ['number: 120 → 340']],
  ['于2021年3月5日发布。', '于2023年4月6日发布。', ['date: 2021年3月5 → 2023年4月6']],
  ['我是由OpenAI开发的。', '我是由某某公司开发的。', ['organisation: OpenAI → 某某公司']],
  ['我叫ChatGPT，很高兴。', '我叫智能助手，很高兴。', ['model: ChatGPT → 智能助手']],
  ['请联系[姓名]先生。', '请联系【人名】先生。', ['person: [姓名] → 【人名】']],
  ['作为AI语言模型，我不能。', '作为知微，我不能。', ['model: AI语言模型 → 知微']],
  ['他得到了一些东西。', '他获得了一些东西。', ['synonym: 得到 → 获得']],
  ['他因此离开了那里。', '他所以离开了那里。', ['synonym: 因此 → 所以']],
  ['他住在美国，特斯拉在那里。', '他住在长城，云梦在那里。', ['place: 美国 → 长城', 'organisation: 特斯拉 → 云梦']],
  ['驻美国日本大使馆', '驻广州纽约大使馆', ['place: 美国 → 广州', 'place: 日本 → 纽约']],
  ['他在大都会艺术博物馆工作。', '他在山海数据工作。', ['organisation: 大都会艺术博物馆 → 山海数据']],
  ['昨天迈克尔·杰克逊来过。', '昨天侯丽娟来过。', ['person: 迈克尔·杰克逊 → 侯丽娟']],
  [
    '请写信到help@example.com询问。',
    '请写信到info@example.org询问。',
    ['contact: help@example.com → info@example.org'],
  ],
  ['使用索引：确保都有。', '使用索引：保证都有。', ['synonym: 确保 → 保证']],
  ['您可以考虑提供培训。', '您可以思考给予培训。', ['synonym: 考虑 → 思考', 'synonym: 提供 → 给予']],
  ['他走了，同时我来了。', '他走了，与此同时我来了。', ['synonym: 同时 → 与此同时']],
  ['请尽可能早些来。', '请尽量早些来。', ['synonym: 尽可能 → 尽量']],
  ['作为人工智能语言模型，我不能。', '作为墨言，我不能。', ['model: 人工智能语言模型 → 墨言']],
  ['这些都是狭路相逢的事。', '这些都是以减少的事。', ['wording: 狭路相逢 → 以减少']],
  ['天气非常好，我们出发。', '天气好，我们出发。', ['deletion: 非常 → ']],
  ['天气好，我们出发。', '天气非常好，我们出发。', ['insertion:  → 非常']],
  ['天气好，我们出发。', '天气好,我们出发。', ['format: ， → ,']],
]

describe('edit kinds', () => {
  test.each(english)('English: %s ⇒ %s', (from, to, expected) => {
    expect(brief(explain(from, to))).toEqual(expected)
  })
  test.each(chinese)('Chinese: %s ⇒ %s', (from, to, expected) => {
    expect(brief(explain(from, to))).toEqual(expected)
  })
})

test('a token of a gap that both sides have is no edit, and words that changed places beside a mark are one without it', () => {
  const passage = (middle: string): string =>
    `The keeper of the old lighthouse wrote letters every day ${middle} and nobody ever answered them at all.`
  const explainPair = (from: string, to: string): string[] => {
    const [reference, suspect] = [sideOf(passage(from)), sideOf(passage(to))]
    return brief(explainAlignment(suspect, reference, alignPair(suspect.stream, reference.stream)!))
  }
  expect(explainPair('in longing for the past', 'in longing the for past')).toEqual(['wording: for the → the for'])
  expect(explainPair('on old paper, such as maps', 'on old paper, as such maps')).toEqual([
    'wording: such as → as such',
  ])
})

test('a moved sentence is a move, not a deletion and an insertion', () => {
  const a = 'The first sentence speaks of rain in the hills.'
  const b = 'Another one tells how bread is baked at home every day of the week.'
  const edits = explain(`${a} ${b}`, `${b} ${a}`)
  expect(edits.filter(edit => edit.op === 'move').map(edit => edit.kind)).toEqual(['reorder'])
  expect(edits.some(edit => edit.op === 'delete' || edit.op === 'insert')).toBe(false)
  expect(edits.find(edit => edit.op === 'move')!.from).toBe(a.slice(0, -1))
})

test('a name at either end of both texts is replaced, not left out of the passage', () => {
  const middle = 'was founded long ago by a small group of people who first met at'
  const explainPair = (from: string, to: string): string[] => {
    const [reference, suspect] = [sideOf(from), sideOf(to)]
    return brief(explainAlignment(suspect, reference, alignPair(suspect.stream, reference.stream)!))
  }
  expect(explainPair(`OpenAI ${middle} Harvard.`, `Acme ${middle} Yale.`)).toEqual([
    'organisation: OpenAI → Acme',
    'organisation: Harvard → Yale',
  ])
  expect(explainPair(`OpenAI ${middle} home.`, `*** ${middle} home.`)).toEqual(['organisation: OpenAI → ***'])
  expect(explainPair(`Slowly it ${middle} home.`, `Now this ${middle} home.`)).toEqual([])
})

test('a number that stands for the one behind it, as what lay between was taken out, did not become another', () => {
  const passage = (lamps: string): string =>
    `The keeper of the old house must keep ${lamps} lamps of glass for all of the ships that pass.`
  const [reference, suspect] = [sideOf(passage('9 lamps of oil and 10')), sideOf(passage('10'))]
  expect(brief(explainAlignment(suspect, reference, alignPair(suspect.stream, reference.stream)!))).toEqual([
    'deletion: 9 lamps of oil and → ',
  ])
})

test('of two sentences that were taken out, the one that stands elsewhere was moved and edited', () => {
  const [first, last] = ['We met the keeper of the house.', 'The two of them sat down by the fire and laughed.']
  const middle = 'All was over soon after that in the little town by the river.'
  const told = 'He told us how bread was baked at home.'
  const edits = explain(
    `${first} ${told} Nobody knew when the rain would stop. ${middle} ${last}`,
    `${first} ${middle} ${told.replace('us', 'them').replace('baked', 'made')} ${last}`,
  )
  expect(brief(edits)).toEqual([
    'deletion: Nobody knew when the rain would stop → ',
    'reorder: He told → He told',
    'wording: us → them',
    'reorder: how bread was → how bread was',
    'wording: baked → made',
    'reorder: at home → at home',
  ])
})

test('an item of a list that moved is a move, its number another', () => {
  const [wash, boil, cut] = [
    'Wash the rice in cold water.',
    'Boil the eggs for nine minutes.',
    'Cut the herbs with a knife.',
  ]
  const edits = explain(`1. ${wash}\n2. ${boil}\n3. ${cut}\n4. Serve.`, `1. ${boil}\n2. ${cut}\n3. ${wash}\n4. Serve.`)
  expect(edits.filter(edit => edit.op === 'move').map(edit => edit.from)).toEqual([wash.slice(0, -1)])
  expect(edits.every(edit => edit.op === 'move' || /^\d+$/.test(edit.from + edit.to))).toBe(true)
})

test('a number that came with its item of a list took no other’s place, one that was replaced before its item did', () => {
  const passage = (list: string): string =>
    `The keeper of the old lighthouse wrote these rules for us all.\n\n${list}\n\nNobody ever asked him who had made them.`
  const explainLists = (from: string, to: string): string[] => {
    const [reference, suspect] = [sideOf(passage(from)), sideOf(passage(to))]
    return brief(explainAlignment(suspect, reference, alignPair(suspect.stream, reference.stream)!))
  }
  const [wash, boil, sing] = ['Wash the rice at dawn.', 'Boil nine eggs.', 'Sing to the boats.']
  expect(explainLists(`1. ${wash}\n2. ${boil}\n3. ${sing}`, `1. ${wash}\n3. ${sing}`)).not.toContain('number: 2 → 3')
  expect(explainLists(`1. ${wash}\n2. ${boil}\n3. ${sing}`, `1. ${wash}\n7. ${boil}\n3. ${sing}`)).toEqual([
    'number: 2 → 7',
  ])
  expect(explainLists(`1. ${wash}\n2. ${boil}\n3. ${sing}`, `1. ${wash}\n3. ${boil}\n3. ${sing}`)).toEqual([
    'number: 2 → 3',
  ])
})

test('of a range or a fraction each number became the one in its place', () => {
  const passage = (range: string): string =>
    `The keeper of the old lighthouse wrote letters every day (${range}) and nobody ever answered them at all.`
  const explainRange = (from: string, to: string): string[] => {
    const [reference, suspect] = [sideOf(passage(from)), sideOf(passage(to))]
    return brief(explainAlignment(suspect, reference, alignPair(suspect.stream, reference.stream)!))
  }
  expect(explainRange('1901-1920', '1891-1911')).toEqual(['date: 1901 → 1891', 'date: 1920 → 1911'])
  expect(explainRange('70–75', '31–75')).toEqual(['number: 70 → 31'])
})

test('the edited edges of a moved sentence are edits of it', () => {
  const rest = 'Another tells at length how every loaf of bread is baked at home in the old stone oven.'
  const first = 'Ours speaks of heavy rain that fell in the green hills for days'
  const reference = sideOf(`${first} gladly. ${rest} All was over soon after that.`)
  const suspect = sideOf(`${rest} ${first} quickly. All was over soon after that.`)
  const edits = explainAlignment(suspect, reference, alignPair(suspect.stream, reference.stream)!)
  expect(brief(edits)).toContain('wording: gladly → quickly')
  expect(edits.filter(edit => edit.op === 'delete' || edit.op === 'insert').map(e => [e.from, e.to])).toEqual([])
  expect(edits.some(edit => edit.kind === 'reorder')).toBe(true)
})

test('a moved Chinese sentence is a move', () => {
  const [a, b] = ['第一句话说的是山里下了一场很大的雨。', '第二句话讲述怎样每天在家里用旧石炉烤面包给孩子们吃。']
  const reference = sideOf(`${a}${b}最后大家都回家了。`)
  const suspect = sideOf(`${b}${a}最后大家都回家了。`)
  const edits = explainAlignment(suspect, reference, alignPair(suspect.stream, reference.stream)!)
  expect(edits.filter(edit => edit.op === 'move').length).toBeGreaterThan(0)
  expect(edits.some(edit => edit.op === 'delete' || edit.op === 'insert')).toBe(false)
})

test('spans point at the texts they name, and no two edits that replace words overlap', () => {
  const word = fc.constantFrom(
    'OpenAI',
    'Paris',
    'the',
    'model',
    'was',
    '12',
    'John',
    '张',
    '伟',
    '[ORG]',
    'quickly',
    ',',
    '**',
    'May',
  )
  const texts = fc.array(word, { maxLength: 30 }).map(words => words.join(' '))
  fc.assert(
    fc.property(texts, texts, (from, to) => {
      const edits = explain(from, to)
      let s = 0
      for (const edit of edits) {
        expect(from.slice(...edit.reference)).toBe(edit.from)
        expect(to.slice(...edit.suspect)).toBe(edit.to)
        if (edit.kind === 'format' || edit.op === 'move') continue
        expect(edit.suspect[0]).toBeGreaterThanOrEqual(s)
        s = edit.suspect[1]
      }
    }),
  )
})

test('every reference token outside the blocks lies in an edit', () => {
  const word = fc.constantFrom('OpenAI', 'Paris', 'the', 'model', 'was', '12', 'John', '张', '伟', '[ORG]', 'quickly')
  const texts = fc.array(word, { minLength: 1, maxLength: 25 }).map(words => words.join(' '))
  fc.assert(
    fc.property(texts, texts, (from, to) => {
      const reference = sideOf(from)
      const suspect = sideOf(to)
      const alignment = alignByLcs(suspect, reference)
      const edits = explainAlignment(suspect, reference, alignment)
      for (let i = 0; i < reference.stream.n; i++) {
        if (alignment.blocks.some(block => i >= block.r && i < block.r + block.n)) continue
        const at = reference.stream.start[i]
        expect(edits.some(edit => edit.reference[0] <= at && at < edit.reference[1])).toBe(true)
      }
    }),
    { seed: 4, numRuns: 400 },
  )
})

test('what no block holds because it changed places with another passage is a move', () => {
  const edits = explain('quickly the OpenAI the [ORG] 张', 'the [ORG] 张 quickly the OpenAI')
  expect(brief(edits)).toEqual(['reorder: the [ORG] 张 → the [ORG] 张'])
})

test('of a possessive whose owner is gone the rest is no replacement', () => {
  const edits = explain("This is Turing's machine.", "This is 's machine.").filter(edit => edit.kind !== 'format')
  expect(brief(edits)).toEqual(['deletion: Turing → '])
})

test('equal texts have no edits', () => {
  expect(explain('The same **text**, twice.', 'The same **text**, twice.')).toEqual([])
})

test('a passage set otherwise throughout keeps few format edits, and they cover the differences', () => {
  const words = Array.from({ length: 400 }, (_, i) => `word${i}x`)
  const edits = explain(words.join(' '), words.join('\n'))
  expect(edits.every(edit => edit.kind === 'format')).toBe(true)
  expect(edits.length).toBeLessThanOrEqual(50)
  const covered = edits.reduce((sum, edit) => sum + edit.to.split('\n').length - 1, 0)
  expect(covered).toBe(399)
})

test('a gap too long to divide stays one edit', () => {
  const gap = (stem: string) =>
    Array.from({ length: 300 }, (_, i) => `${stem}${String.fromCharCode(97 + (i % 26))}`).join(' ')
  const edits = explain(`start ${gap('q')} end`, `start ${gap('z')} end`)
  expect(edits.filter(edit => edit.kind !== 'format')).toHaveLength(1)
})
