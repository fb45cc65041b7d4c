package io.peerbus.crypto;

/** The key types of the libp2p peer id spec; the ordinal is the number on the wire. */
public enum KeyType {
  /** Verified, and read from key files; never made. */
  RSA,
  /** The default, and the only type every implementation accepts. */
  ED25519,
  /** What py-libp2p's lessons use. */
  SECP256K1,
  /** P-256 in practice; verified, and read from key files; never made. */
  ECDSA
}
