import { join } from 'node:path'
import express, { Router } from 'express'
import type { Products } from '../../domain/product.ts'
import { AppError } from '../../errors.ts'
import { versionOf } from '../pages/assets.ts'
import { createStylesheet } from '../pages/stylesheet.ts'
import { paths } from '../paths.ts'

const folder = join(import.meta.dirname, '../../../public')
const maxAgeSeconds = 24 * 3600

/**
 * The files of `public/`, and a stylesheet with the color of each product. The version in the URL distinguishes the stylesheets.
 */
export function assetRoutes({ unknown, all }: Pick<Products, 'unknown' | 'all'>): Router {
  const usual = createStylesheet(unknown)
  const stylesheets = new Map(all.map(createStylesheet).map((sheet) => [versionOf(sheet.text), sheet]))
  const router = Router()
  router.get(`${paths.assets}/style.css`, (req, res) => {
    const { v: version } = req.query
    const { text, etag } = (typeof version === 'string' ? stylesheets.get(version) : undefined) ?? usual
    res
      .set({ 'Cache-Control': `public, max-age=${String(maxAgeSeconds)}`, ETag: etag })
      .type('css')
      .send(text)
  })
  router.use(paths.assets, express.static(folder, { maxAge: maxAgeSeconds * 1000, index: false, redirect: false }))
  router.use(paths.assets, (req, _res, next) => {
    if (['GET', 'HEAD'].includes(req.method)) next()
    else throw new AppError('method-not-allowed', { headers: { Allow: 'GET, HEAD' } })
  })
  return router
}
