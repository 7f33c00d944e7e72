import { describe, expect, it } from 'vitest'
import { ModelCounter } from '../../src/run/models.ts'

describe('models that rows name', () => {
  it('are counted over the parts, the most frequent first', () => {
    const [first, second] = [new ModelCounter(), new ModelCounter()]
    for (const model of ['tern-7', null, 'auricle-3', 'tern-7']) first.add(model)
    for (const model of ['auricle-3', 'auricle-3', null]) second.add(model)
    const whole = new ModelCounter()
    whole.merge(first.export())
    whole.merge(second.export())
    expect(whole.summarise(1)).toEqual({
      models: [
        { model: 'auricle-3', documents: 3 },
        { model: 'tern-7', documents: 2 },
      ],
      others: 0,
      lackingFiles: 1,
    })
  })

  it('keep memory bounded: names past the limit, and texts too long for a name, are counted together', () => {
    const counter = new ModelCounter()
    for (let i = 0; i < 3000; i++) counter.add(`model-${i}`)
    counter.add('x'.repeat(81))
    counter.add('model-7')
    const { models, others } = counter.summarise(0)
    expect(counter.export().names).toHaveLength(1024)
    expect(models).toHaveLength(50)
    expect(models[0]).toEqual({ model: 'model-7', documents: 2 })
    expect(others + models.reduce((sum, { documents }) => sum + documents, 0)).toBe(3002)
  })
})
