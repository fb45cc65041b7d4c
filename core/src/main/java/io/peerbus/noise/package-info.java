/**
 * Owns the security of a connection: the Noise handshake with the libp2p identities in it, and the frames after it.
 *
 * <p>Driven by the connection: {@link io.peerbus.noise.Handshake} until it is complete, then its
 * {@link io.peerbus.noise.Sealer} and {@link io.peerbus.noise.Opener}. Beneath them stand the three objects of the
 * Noise specification, {@code HandshakeState}, {@code SymmetricState} and {@code CipherState}.
 *
 * <p>Spec: Noise revision 34, {@code Noise_XX_25519_ChaChaPoly_SHA256}; libp2p's "noise" and "inlined muxer
 * negotiation". We differ in this: muxer lists without a common entry do not fail the handshake, the muxer is then
 * negotiated afterwards, as with peers that send no list; and handshake messages end at 4,096 bytes.
 */
package io.peerbus.noise;
