#!/usr/bin/env -S node --max-semi-space-size=2 --liftoff-only
import { launch } from './launch.mjs';

await launch('patchbay.js', 'electron/headless/main.ts');
