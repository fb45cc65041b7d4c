/**
 * Owns the self-describing formats: unsigned varints, multibase text, multihashes, peer ids and multiaddrs.
 * Driven by whoever reads or writes them; immutable values, no state.
 * Spec: multiformats (unsigned-varint, multibase, multihash, multiaddr) and libp2p peer-ids; we differ in that
 * {@code /wss} becomes {@code /tls/ws} when an address is made, and that a value which would not survive the way
 * from bytes to text and back is refused.
 */
package io.peerbus.multiformats;
