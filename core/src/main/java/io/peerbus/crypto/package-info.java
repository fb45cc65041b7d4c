/**
 * Owns keys and what they sign: {@link io.peerbus.crypto.KeyPair}, {@link io.peerbus.crypto.PublicKey}, signed
 * envelopes and peer records.
 * Driven by whoever holds a key; values without state or IO.
 * Spec: libp2p peer-ids, RFC 0002 (signed envelopes), RFC 0003 (routing records); we differ in that a key must keep
 * the limits that bound the time of a hostile handshake, and that ECDSA keys are on a named curve.
 */
package io.peerbus.crypto;
