//! Two attributes on one function, in both orders, however they are imported.

#![deny(warnings)]

mod traced_above {
    use observe::{metered, traced};

    #[traced]
    #[metered(name = "traced_above")]
    pub fn run() {}
}

mod metered_above {
    use observe::{metered, traced};

    #[metered(name = "metered_above")]
    #[traced]
    pub async fn run() {}
}

mod by_path {
    #[observe::metered(name = "by_path")]
    #[observe::traced]
    pub fn run() {}
}

mod renamed {
    use observe as telemetry;

    #[telemetry::traced]
    #[telemetry::metered(name = "renamed")]
    pub fn run() {}
}

mod by_glob {
    use observe::*;

    #[traced]
    #[metered(name = "by_glob")]
    pub fn run() {}
}

mod inside_of_a_function {
    pub fn run() {
        use observe::{metered, traced};

        #[traced]
        #[metered(name = "inside")]
        fn inside() {}
        inside();
    }
}

mod under_a_condition {
    use observe::{metered, traced};

    #[traced]
    #[cfg_attr(all(), metered(name = "under_a_condition"))]
    pub fn run() -> Result<u8, String> {
        Ok(1)
    }

    #[cfg_attr(all(), traced)]
    #[metered(name = "under_a_condition_too")]
    pub async fn run_later() {}
}

mod in_a_trait {
    use observe::{metered, traced};

    pub trait Search {
        #[metered(name = "by_default")]
        #[traced]
        fn by_default(&self) -> usize {
            1
        }
        fn search(&self) -> impl Future<Output = usize>;
    }

    impl Search for u8 {
        #[traced]
        #[metered(name = "search")]
        async fn search(&self) -> usize {
            usize::from(*self)
        }
    }
}

mod others_between {
    use observe::{metered, traced};

    /// Documented.
    #[traced]
    #[must_use]
    #[inline]
    #[metered(name = "others_between")]
    #[doc(hidden)]
    pub unsafe fn run() -> u8 {
        #![allow(unused_variables)]
        let unused = 1;
        2
    }
}

#[observe::traced]
#[observe::metered(name = "entry")]
#[tokio::main(flavor = "current_thread")]
async fn main() {
    use in_a_trait::Search;

    traced_above::run();
    metered_above::run().await;
    by_path::run();
    renamed::run();
    by_glob::run();
    inside_of_a_function::run();
    assert_eq!(under_a_condition::run(), Ok(1));
    under_a_condition::run_later().await;
    assert_eq!(1_u8.by_default() + 1_u8.search().await, 2);
    // SAFETY: nothing in it is unsafe.
    assert_eq!(unsafe { others_between::run() }, 2);
}
