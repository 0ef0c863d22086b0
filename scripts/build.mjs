#!/usr/bin/env node
/** `npm run build`: builds main, preload and renderer into out/, always. */
import { buildNow } from './lib/build.mjs';

process.exitCode = (await buildNow({ log: console.log })) ? 0 : 1;
