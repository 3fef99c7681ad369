;; Passes the inside of a JSON value 64 bytes at a time. What counts are bit masks over the 64 bytes, one bit per byte:
;; which quotes stand for themselves, what lies in strings, which brackets lie outside of them. To find escaped
;; characters and strings without a branch per byte is the way of simdjson (Langdale and Lemire, "Parsing gigabytes of
;; JSON per second", 2019, sections 3.1.1 and 3.1.2). `npm run build:wasm` compiles it into nested-blocks-code.ts.
(module
  (memory (export "memory") 1)

  ;; The state between two pieces: open brackets, 1 inside of a string, 1 where the last byte escapes the next.
  (global $depth (export "depth") (mut i32) (i32.const 0))
  (global $inString (export "inString") (mut i32) (i32.const 0))
  (global $escaped (export "escaped") (mut i32) (i32.const 0))

  ;; Which of the 64 bytes at $at, the bits of $fold added, are $wanted (the byte in all 16 lanes).
  (func $where (param $at i32) (param $wanted v128) (param $fold v128) (result i64)
    (i64.or
      (i64.or
        (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $wanted)
          (v128.or (local.get $fold) (v128.load (local.get $at))))))
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $wanted)
          (v128.or (local.get $fold) (v128.load offset=16 (local.get $at)))))) (i64.const 16)))
      (i64.or
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $wanted)
          (v128.or (local.get $fold) (v128.load offset=32 (local.get $at)))))) (i64.const 32))
        (i64.shl (i64.extend_i32_u (i8x16.bitmask (i8x16.eq (local.get $wanted)
          (v128.or (local.get $fold) (v128.load offset=48 (local.get $at)))))) (i64.const 48)))))

  ;; Each bit set where an odd number of bits up to it is set: from quotes to what lies between them.
  (func $between (param $bits i64) (result i64)
    (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 1))))
    (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 2))))
    (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 4))))
    (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 8))))
    (local.set $bits (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 16))))
    (i64.xor (local.get $bits) (i64.shl (local.get $bits) (i64.const 32))))

  ;; Goes through whole blocks of the first $end bytes of the memory. Stops behind the bracket that leaves depth 1, or
  ;; before a block in which the depth passes $maxDepth or a backslash lies outside of a string. Answers the place.
  (func (export "pass") (param $end i32) (param $maxDepth i32) (result i32)
    (local $at i32) (local $depth i32) (local $escaped i64)
    (local $backslashes i64) (local $followers i64) (local $oddStarts i64) (local $ends i64)
    (local $strings i64) (local $opening i64) (local $brackets i64) (local $quotes i64) (local $nextEscaped i64)
    (local.set $escaped (i64.extend_i32_u (global.get $escaped)))
    (block $stop
      (loop $blocks
        (br_if $stop (i32.gt_u (i32.add (local.get $at) (i32.const 64)) (local.get $end)))
        (local.set $depth (global.get $depth))
        (local.set $quotes (call $where (local.get $at) (i8x16.splat (i32.const 0x22)) (i8x16.splat (i32.const 0))))
        (local.set $backslashes (call $where (local.get $at) (i8x16.splat (i32.const 0x5c)) (i8x16.splat (i32.const 0))))
        (local.set $nextEscaped (i64.const 0))

        ;; A quote behind an odd number of backslashes is escaped.
        (if (i64.ne (i64.const 0) (i64.or (local.get $backslashes) (local.get $escaped)))
          (then
            (local.set $backslashes
              (i64.and (local.get $backslashes) (i64.xor (local.get $escaped) (i64.const -1))))
            (local.set $followers
              (i64.or (i64.shl (local.get $backslashes) (i64.const 1)) (local.get $escaped)))
            (local.set $oddStarts
              (i64.and
                (i64.and (local.get $backslashes) (i64.const 0xaaaaaaaaaaaaaaaa))
                (i64.xor (local.get $followers) (i64.const -1))))
            (local.set $ends (i64.add (local.get $oddStarts) (local.get $backslashes)))
            (local.set $nextEscaped
              (i64.extend_i32_u (i64.lt_u (local.get $ends) (local.get $backslashes))))
            (local.set $quotes
              (i64.and (local.get $quotes)
                (i64.xor (i64.const -1)
                  (i64.and (local.get $followers)
                    (i64.xor (i64.const 0x5555555555555555) (i64.shl (local.get $ends) (i64.const 1)))))))))

        ;; Most blocks of a long string have no quote that ends it, and nothing outside.
        (local.set $strings (i64.sub (i64.const 0) (i64.extend_i32_u (global.get $inString))))
        (if (i64.ne (local.get $quotes) (i64.const 0))
          (then
            (local.set $strings (i64.xor (local.get $strings) (call $between (local.get $quotes))))))
        (br_if $stop (i64.ne (i64.const 0)
          (i64.and (local.get $backslashes) (i64.xor (local.get $strings) (i64.const -1)))))

        (if (i64.ne (local.get $strings) (i64.const -1))
          (then
            ;; The bit 0x20 makes { of [ and } of ].
            (local.set $opening
              (i64.and
                (i64.xor (local.get $strings) (i64.const -1))
                (call $where (local.get $at) (i8x16.splat (i32.const 0x7b)) (i8x16.splat (i32.const 0x20)))))
            (local.set $brackets
              (i64.or
                (local.get $opening)
                (i64.and
                  (i64.xor (local.get $strings) (i64.const -1))
                  (call $where (local.get $at) (i8x16.splat (i32.const 0x7d)) (i8x16.splat (i32.const 0x20))))))
            (block $passed
              (loop $each
                (br_if $passed (i64.eqz (local.get $brackets)))
                (if (i64.eqz (i64.and (local.get $opening)
                      (i64.and (local.get $brackets) (i64.sub (i64.const 0) (local.get $brackets)))))
                  (then
                    (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
                    (if (i32.eq (local.get $depth) (i32.const 1))
                      (then
                        (global.set $depth (i32.const 1))
                        (global.set $inString (i32.const 0))
                        (global.set $escaped (i32.const 0))
                        (return
                          (i32.add
                            (i32.add (local.get $at) (i32.const 1))
                            (i32.wrap_i64 (i64.ctz (local.get $brackets))))))))
                  (else
                    (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
                    (br_if $stop (i32.gt_u (local.get $depth) (local.get $maxDepth)))))
                (local.set $brackets
                  (i64.and (local.get $brackets) (i64.sub (local.get $brackets) (i64.const 1))))
                (br $each)))))

        (global.set $depth (local.get $depth))
        (global.set $inString (i32.wrap_i64 (i64.shr_u (local.get $strings) (i64.const 63))))
        (local.set $escaped (local.get $nextEscaped))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $blocks)))
    (global.set $escaped (i32.wrap_i64 (local.get $escaped)))
    (local.get $at)))
