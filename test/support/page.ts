import { load } from 'cheerio'

/** A parsed page. */
export function page(html: string) {
  const $ = load(html)
  const texts = (selector: string) =>
    $(selector)
      .toArray()
      .map((element) => $(element).text().trim().replaceAll(/\s+/g, ' '))
  return {
    /** `data-page`: the page's name, or the failure's code. */
    name: $('body').attr('data-page'),
    language: $('html').attr('lang'),
    title: $('title').text(),
    heading: texts('h1')[0],
    text: $('body').text().replaceAll(/\s+/g, ' '),
    $,
    texts,
    links: $('a[href]')
      .toArray()
      .map((link) => $(link).attr('href') ?? ''),
    /** The fields of a form, as a browser would send them. */
    fields: (form: string) =>
      Object.fromEntries(
        $(`${form} input[name]`)
          .toArray()
          .map((input) => [$(input).attr('name') ?? '', $(input).attr('value') ?? '']),
      ),
  }
}
