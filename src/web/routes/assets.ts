import { join } from 'node:path'
import express, { Router } from 'express'
import type { Branding } from '../../config/branding.ts'
import { AppError } from '../../errors.ts'
import { createStylesheet } from '../pages/stylesheet.ts'
import { paths } from '../paths.ts'

const folder = join(import.meta.dirname, '../../../public')
const maxAgeSeconds = 24 * 3600

/** The files of `public/`, and the stylesheet with the seller's color in it. Pages link to them with a version in the URL. */
export function assetRoutes(branding: Branding): Router {
  const { text, etag } = createStylesheet(branding)
  const router = Router()
  router.get(`${paths.assets}/style.css`, (_req, res) => {
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
