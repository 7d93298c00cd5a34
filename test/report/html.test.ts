import {wordDiff} from '@essence/core/report/page/diff'
import {escapeHtml, html} from '@essence/core/report/page/html'
import {describe, expect, it} from 'vitest'

describe('html', () => {
  it('escapes what is put in, in text and in attributes, and joins lists', () => {
    const hostile = `</style><script>alert("1")</script>&'`
    expect(html`<a title="${hostile}">${[hostile, html`<b>${1}</b>`, undefined]}</a>`.html).toBe(
      '<a title="&lt;/style&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;">' +
        '&lt;/style&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;<b>1</b></a>',
    )
  })

  it('shows what would turn text around, and leaves out what no document may hold', () => {
    expect(escapeHtml('a\u202eb\u2066c')).toBe('a[U+202E]b[U+2066]c')
    expect(escapeHtml('a\ud800b\u0000c\u001bd\te\nf')).toBe('a\ufffdb\ufffdc\ufffdd\te\nf')
    expect(escapeHtml('grün 日本 👩‍🚀')).toBe('grün 日本 👩‍🚀')
  })
})

describe('wordDiff', () => {
  it('tells left out, put in and taken for another apart, for eyes and ears', () => {
    const text = wordDiff([
      {said: 'turn', heard: 'turn'},
      {said: 'the'},
      {said: 'lights', heard: 'light'},
      {heard: 'of'},
    ]).html
    expect(text.replaceAll(/<span class="unseen">(.*?)<\/span>/g, '{$1}')).toBe(
      '<p class="diff">turn <del>{left out: }the</del> ' +
        '<span class="sub"><del>{instead of: }lights</del> <ins>{heard: }light</ins></span> <ins>{put in: }of</ins></p>',
    )
  })
})
