#!/usr/bin/env node
import { launch } from './launch.mjs';

await launch('patchbay.js', 'electron/headless/main.ts');
