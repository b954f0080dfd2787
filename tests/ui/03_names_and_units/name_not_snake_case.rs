use observe::metered;

#[metered(name = "cacheHitCount")]
fn hit() {}

#[metered(name = "9-lives", calls = "Cat.lives", duration = off)]
fn lives() {}

#[metered]
#[allow(non_snake_case)]
fn loadModel() {}

fn main() {
    hit();
    lives();
    loadModel();
}
