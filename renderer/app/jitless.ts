import { z } from 'zod';

// zod compiles schemas with `new Function` where it may. Our policy forbids it, and the mere attempt is reported as a
// violation; so it is told before the first schema is used. This module must be imported first.
z.config({ jitless: true });
