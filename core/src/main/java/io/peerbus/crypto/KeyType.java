package io.peerbus.crypto;

/** The key types of the libp2p peer id spec; the ordinal is the number on the wire. */
public enum KeyType { RSA, ED25519, SECP256K1, ECDSA }
