'use strict';
// Runs at the start of every Node process of an application that is taken over (NODE_OPTIONS).
//
// It leads connections to port 443 of a served host to the local TLS door, whichever client
// opens them, and lets Google's clients for the served APIs go without credentials once their
// own search has found none. It needs Node's own modules alone, runs from Node 10 on, and must
// never be the reason why an application fails.

const hosts = new Set((process.env.CHAMELEON_HOSTS || '').split(',').filter(Boolean));
const tlsPort = Number(process.env.CHAMELEON_TLS_PORT);
const HTTPS_PORT = 443;
const LOOPBACK = '127.0.0.1';
// What Google's own clients ask for; those of its other services ask for others.
const OUR_SCOPES = /\/auth\/cloud-(vision|language)$/;

function warn(what, error) {
  process.stderr.write(`chameleon: ${what}: ${error && error.message}\n`);
}

function isServed(host, port) {
  return typeof host === 'string' && Number(port) === HTTPS_PORT &&
      hosts.has(host.toLowerCase().replace(/\.$/, ''));
}

function local(options) {
  if (!options || typeof options !== 'object' || options.path) return options;
  if (!isServed(options.host, options.port)) return options;
  return Object.assign({}, options, {host: LOOPBACK, port: tlsPort});
}

// Every connection over TCP or TLS begins here: https, http2, fetch and what is built on them.
function redirectSockets() {
  const {Socket} = require('net');
  const real = Socket.prototype.connect;
  Socket.prototype.connect = function connect(...args) {
    const first = args[0];
    if (Array.isArray(first)) { // as Node's own modules call it
      first[0] = local(first[0]);
    } else if (first && typeof first === 'object') {
      args[0] = local(first);
    } else if (typeof args[1] === 'string' && isServed(args[1], first)) {
      args[0] = tlsPort;
      args[1] = LOOPBACK;
    }
    return real.apply(this, args);
  };
}

function wantsOurs(auth) {
  const wanted = [].concat(auth.scopes || [], auth.defaultScopes || []);
  return wanted.some(one => OUR_SCOPES.test(one));
}

// A client that adds nothing to a request.
function anonymous(library) {
  if (library.PassThroughClient) return new library.PassThroughClient();
  const client = new library.OAuth2Client();
  client.getRequestHeaders = async () => ({});
  client.getRequestMetadata = async () => ({headers: {}});
  client.getRequestMetadataAsync = async () => ({headers: {}});
  client.request = async options => client.transporter.request(options);
  return client;
}

function allowNoCredentials(library) {
  const {GoogleAuth} = library;
  if (!GoogleAuth || GoogleAuth.prototype.chameleon) return;
  Object.defineProperty(GoogleAuth.prototype, 'chameleon', {value: true});
  const real = GoogleAuth.prototype.getClient;
  GoogleAuth.prototype.getClient = async function getClient(...args) {
    try {
      return await real.apply(this, args);
    } catch (error) {
      const isMissing = /Could not load the default credentials/.test(error && error.message);
      if (!isMissing || !wantsOurs(this)) throw error;
      return anonymous(library);
    }
  };
}

function watchModules() {
  const Module = require('module');
  const real = Module._load;
  Module._load = function load(request, ...rest) {
    const loaded = real.call(this, request, ...rest);
    if (request === 'google-auth-library') {
      try {
        allowNoCredentials(loaded);
      } catch (error) {
        warn('cannot take over google-auth-library', error);
      }
    }
    return loaded;
  };
}

if (hosts.size && tlsPort) {
  try {
    redirectSockets();
    watchModules();
  } catch (error) {
    warn('the application is not taken over', error);
  }
}
