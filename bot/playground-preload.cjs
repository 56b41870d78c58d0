'use strict';
// Loaded before the Agents Playground (node --require). It listens on every interface; here it may on loopback only.
const net = require('node:net');

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function listenOnLoopback(...given) {
  const [first, second] = given;
  if (typeof first === 'object' && first !== null && !Array.isArray(first)) {
    if ('port' in first) return listen.call(this, { ...first, host: '127.0.0.1' }, ...given.slice(1));
    return listen.apply(this, given);
  }
  const isPort = first === undefined || typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first));
  if (!isPort) return listen.apply(this, given);
  const rest = typeof second === 'string' ? given.slice(2) : given.slice(1).filter((item) => item !== undefined);
  return listen.call(this, Number(first ?? 0), '127.0.0.1', ...rest);
};
