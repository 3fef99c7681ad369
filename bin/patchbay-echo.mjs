#!/usr/bin/env node
import { launch } from './launch.mjs';

await launch('patchbay-echo.js', 'electron/demo/main.ts');
