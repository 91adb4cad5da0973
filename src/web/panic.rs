//! A panic in the npm package: a trap. There is nowhere to print its message, and without one the optimiser drops all
//! the code that would word it.

use core::panic::PanicInfo;

#[panic_handler]
fn trap(_: &PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
