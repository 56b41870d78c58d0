import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { type Answer, decode, encode, type Packet, streamDecode, streamEncode } from 'dns-packet';
import type { TenantState } from '../state.ts';

const ttl = 300;
/** Largest UDP answer without EDNS (RFC 1035 4.2.1). */
const udpLimit = 512;
const authoritative = 1 << 10;
const truncated = 1 << 9;
const nameError = 3;

function answersFor(state: TenantState, name: string, type: string): Answer[] {
  const records = state.dns[name];
  if (records === undefined) return [];
  const wants = (kind: string): boolean => type === kind || type === 'ANY';
  const answers: Answer[] = [];
  if (records.CNAME !== undefined) {
    answers.push({ type: 'CNAME', name, ttl, data: records.CNAME });
    return type === 'CNAME' ? answers : [...answers, ...answersFor(state, records.CNAME.toLowerCase(), type)];
  }
  if (wants('MX'))
    for (const { preference, exchange } of records.MX ?? [])
      answers.push({ type: 'MX', name, ttl, data: { preference, exchange } });
  if (wants('TXT'))
    for (const text of records.TXT ?? [])
      answers.push({ type: 'TXT', name, ttl, data: text.match(/.{1,255}/gs) ?? [''] });
  if (wants('NS')) for (const data of records.NS ?? []) answers.push({ type: 'NS', name, ttl, data });
  if (wants('A')) for (const data of records.A ?? []) answers.push({ type: 'A', name, ttl, data });
  if (wants('SOA') && records.NS !== undefined) answers.push(soaOf(name, records.NS[0] ?? 'ns1.dns-host.example'));
  return answers;
}

function soaOf(name: string, primary: string): Answer {
  return {
    type: 'SOA',
    name,
    ttl,
    data: {
      mname: primary,
      rname: `hostmaster.${name}`,
      serial: 2026010101,
      refresh: 3600,
      retry: 600,
      expire: 1209600,
      minimum: 300,
    },
  };
}

function zoneOf(state: TenantState, name: string): string | undefined {
  return Object.keys(state.dns).find(
    (zone) => state.dns[zone]?.NS !== undefined && (name === zone || name.endsWith(`.${zone}`)),
  );
}

function respond(query: Packet, state: TenantState): Packet {
  const question = query.questions?.[0];
  const name = (question?.name ?? '').toLowerCase().replace(/\.$/, '');
  const known = Object.keys(state.dns).some((owner) => owner === name || owner.endsWith(`.${name}`));
  const answers = question === undefined ? [] : answersFor(state, name, question.type);
  const zone = zoneOf(state, name);
  const soa = zone === undefined ? [] : [soaOf(zone, state.dns[zone]?.NS?.[0] ?? 'ns1.dns-host.example')];
  // The name as it was asked: clients may check its letters (0x20).
  const named = answers.map((answer) =>
    question !== undefined && 'name' in answer && answer.name === name ? { ...answer, name: question.name } : answer,
  );
  return {
    type: 'response',
    ...(query.id === undefined ? {} : { id: query.id }),
    flags: authoritative | ((query.flags ?? 0) & (1 << 8)) | (known ? 0 : nameError),
    questions: query.questions ?? [],
    answers: named,
    authorities: answers.length === 0 ? soa : [],
  };
}

/** The sandbox's public DNS, on loopback over UDP and TCP. */
export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the DNS server on one port for UDP and TCP; port 0 takes a free one. Answers from the tenant's zone as it stands. */
export async function startDns(state: () => TenantState, port: number): Promise<DnsServer> {
  const udp = createSocket('udp4');
  udp.on('message', (message, peer) => {
    let query: Packet;
    try {
      query = decode(message);
    } catch {
      return;
    }
    const response = respond(query, state());
    let bytes = encode(response);
    if (bytes.length > udpLimit) bytes = encode({ ...response, flags: (response.flags ?? 0) | truncated, answers: [] });
    udp.send(bytes, peer.port, peer.address);
  });
  const open = new Set<Socket>();
  const tcp = createServer((socket) => {
    open.add(socket);
    let received = Buffer.alloc(0);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk)]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const length = 2 + received.readUInt16BE(0);
        const query = received.subarray(0, length);
        received = received.subarray(length);
        try {
          socket.write(streamEncode(respond(streamDecode(query), state())));
        } catch {
          socket.destroy();
        }
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(port, '127.0.0.1', resolve);
  });
  const address = tcp.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  await new Promise<void>((resolve, reject) => {
    udp.once('error', reject);
    udp.bind(bound, '127.0.0.1', resolve);
  });
  return {
    port: bound,
    async close() {
      for (const socket of open) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ]);
    },
  };
}
