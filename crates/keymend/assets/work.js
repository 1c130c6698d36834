// The proof of work, away from the page's own thread: finds a counter such that
// SHA-256(seal ‖ ":" ‖ counter) begins with `bits` zero bits. crypto.subtle answers asynchronously,
// which costs more than the hash itself; so here is a small SHA-256 that hashes one block at a time.

// The constants are the first 32 fraction bits of the square and cube roots of the first primes (FIPS 180-4).
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const START = Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));
const K = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));
const W = new Int32Array(64);

// Mixes the block of `bytes` at `from` into `state`.
function mix(state, bytes, from) {
  for (let i = 0, j = from; i < 16; i++, j += 4)
    W[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15], y = W[i - 2];
    const s = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const t = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s + W[i - 7] + t) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3];
  let e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; i++) {
    const t = (h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) +
      ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const u = ((((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) +
      ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + u) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

export function solve(seal, bits) {
  const prefix = new TextEncoder().encode(seal + ":");
  const whole = prefix.length & ~63;
  const begun = START.slice();
  for (let at = 0; at < whole; at += 64) mix(begun, prefix, at);
  const rest = prefix.subarray(whole);
  const block = new Uint8Array(128);
  const view = new DataView(block.buffer);
  const state = new Int32Array(8);
  for (let counter = 0, width = 0, length = 0; ; counter++) {
    const digits = String(counter);
    const end = rest.length + digits.length;
    if (digits.length !== width) {
      width = digits.length;
      length = end + 9 > 64 ? 128 : 64;
      block.fill(0).set(rest);
      block[end] = 0x80;
      view.setUint32(length - 4, (whole + end) * 8);
    }
    for (let i = 0; i < width; i++) block[rest.length + i] = digits.charCodeAt(i);
    state.set(begun);
    for (let at = 0; at < length; at += 64) mix(state, block, at);
    if (Math.clz32(state[0]) >= bits) return digits;
  }
}

if (typeof WorkerGlobalScope !== "undefined")
  onmessage = ({ data }) => postMessage(solve(data.seal, Math.min(data.bits, 32)));
